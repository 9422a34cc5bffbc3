import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition, Filter } from "../../sync/view-spec.ts";
import { complete } from "./complete.ts";
import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";
import type { Vocabulary } from "./vocabulary.ts";

const id = (digit: string) => digit.repeat(8) + "-0000-0000-0000-".replace(/0/g, digit) + digit.repeat(12);

const names: Record<string, { value: string; name: string }[]> = {
  state: [
    { value: id("1"), name: "Todo" },
    { value: id("2"), name: "In Progress" },
    { value: id("3"), name: "todo" },
    { value: id("4"), name: 'Say "done", (really)' },
  ],
  state_group: ["backlog", "unstarted", "started", "completed", "cancelled"].map((word) => ({
    value: word,
    name: word,
  })),
  priority: ["urgent", "high", "medium", "low", "none"].map((word) => ({ value: word, name: word })),
  label: [
    { value: id("5"), name: "bug" },
    { value: id("6"), name: "needs\\care" },
    { value: id("7"), name: "über-groß & schön" },
    { value: id("8"), name: "or" },
  ],
  assignee: [
    { value: id("9"), name: "Ada Lovelace" },
    { value: id("a"), name: "me" },
  ],
};

const vocabulary: Vocabulary = {
  values: (key) => names[key] ?? [],
  itemOf: (key) => (key === "AIL-12" ? id("b") : null),
  keyOf: (item) => (item === id("b") ? "AIL-12" : null),
};

function parse(text: string) {
  return parseQuery(text, vocabulary);
}

const some = (key: keyof typeof names, min = 1) =>
  fc.uniqueArray(fc.constantFrom(...(names[key] ?? []).map(({ value }) => value)), { minLength: min });

const condition: fc.Arbitrary<Filter> = fc.oneof(
  ...(["state", "state_group", "priority", "label", "assignee"] as const).map((key) =>
    fc.record({ key: fc.constant(key), op: fc.constantFrom("in" as const, "not" as const), values: some(key) }),
  ),
  fc.record({ key: fc.constant("label" as const), op: fc.constant("all" as const), values: some("label", 2) }),
  fc.record({ key: fc.constant("assignee" as const), op: fc.constant("in" as const), values: fc.constant(["me"]) }),
  fc.record({ key: fc.constant("parent" as const), op: fc.constant("in" as const), values: fc.constant([id("b")]) }),
  fc.record({
    key: fc.constantFrom("target_date" as const, "start_date" as const, "created_at" as const),
    op: fc.constantFrom("before" as const, "after" as const, "on" as const),
    values: fc.constantFrom(["0d"], ["+7d"], ["-30d"], ["+2w"], ["2026-02-28"]),
  }),
  fc.record({
    key: fc.constantFrom("label" as const, "assignee" as const, "parent" as const, "target_date" as const),
    op: fc.constantFrom("empty" as const, "set" as const),
    values: fc.constant([]),
  }),
  fc.record({
    key: fc.constant("text" as const),
    op: fc.constant("contains" as const),
    values: fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1, maxLength: 3 }),
  }),
);

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    condition,
    fc.record({ and: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
  ),
}));

/** Values are sets, and a name stands for all who bear it; so both sides are compared in one order. */
function sorted(filter: Filter | null): Filter | null {
  if (filter === null) return null;
  if ("and" in filter) return { and: filter.and.map((part) => sorted(part) ?? part) };
  if ("or" in filter) return { or: filter.or.map((part) => sorted(part) ?? part) };
  if ("not" in filter) return { not: sorted(filter.not) ?? filter.not };
  return { ...filter, values: filter.key === "text" ? filter.values : [...filter.values].sort() };
}

describe("the typed query", () => {
  it("reads back what it writes", () => {
    fc.assert(
      fc.property(filter, (given) => {
        const text = printQuery(given, vocabulary);
        const { filter: read, problems } = parse(text);
        expect(problems).toEqual([]);
        expect(sorted(read)).toEqual(sorted(given));
      }),
      { numRuns: 2000 },
    );
  });

  it("never fails, whatever is typed, and settles after one round", () => {
    const pieces = fc.constantFrom(
      "state:",
      "no:",
      "-",
      "(",
      ")",
      '"',
      "or",
      " ",
      "me",
      "bug",
      ",",
      "&",
      "<",
      "7d",
      "\\",
      "todo",
      "label:",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 12 }).map((words) => words.join("")),
        ),
        (text) => {
          const once = printQuery(parse(text).filter, vocabulary);
          const twice = parse(once);
          expect(twice.problems).toEqual([]);
          expect(printQuery(twice.filter, vocabulary)).toBe(once);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("reads the query of the help page", () => {
    const { filter: read, problems } = parse('state:started -label:bug due:<7d assignee:me "words"');
    expect(problems).toEqual([]);
    const expected: Condition[] = [
      { key: "state_group", op: "in", values: ["started"] },
      { key: "label", op: "not", values: [id("5")] },
      { key: "target_date", op: "before", values: ["+7d"] },
      { key: "assignee", op: "in", values: ["me"] },
      { key: "text", op: "contains", values: ["words"] },
    ];
    expect(read).toEqual({ and: expected });
  });

  it("takes a name for everything that bears it", () => {
    expect(parse("state:TODO").filter).toEqual({ key: "state", op: "in", values: [id("1"), id("3")] });
    expect(printQuery({ key: "state", op: "in", values: [id("1")] }, vocabulary)).toBe(`state:${id("1")}`);
  });

  it.each([
    ["state:nope", 6, 4, "There is no state “nope”."],
    ["label:bug sate:todo", 10, 9, "There is no property “sate”. Put it in quotation marks to search for it."],
    ["due:<soon", 5, 4, "A date is 2026-03-31, today, or days and weeks from today such as 7d or -2w."],
    ["due:2026-02-30", 4, 10, "A date is 2026-03-31, today, or days and weeks from today such as 7d or -2w."],
    ["label: x", 0, 6, "“label:” needs a value."],
    ['a "b', 2, 2, "The quotation mark is not closed."],
    ["(a b", 0, 4, "The parenthesis is not closed."],
    ["no:state", 3, 5, "“state” is no property that can be empty."],
  ])("points at what is wrong in %s", (text, at, length, message) => {
    expect(parse(text).problems[0]).toEqual({ at, length, message });
  });

  it("keeps what it understood", () => {
    expect(parse("state:nope priority:urgent").filter).toEqual({ key: "priority", op: "in", values: ["urgent"] });
  });
});

describe("completion", () => {
  it("offers properties, then their values", () => {
    expect(complete("la", 2, vocabulary).options.map(({ insert }) => insert)).toEqual(["label:"]);
    const after = complete("x -label:b", 10, vocabulary);
    expect(after).toMatchObject({ from: 9, to: 10 });
    expect(after.options[0]).toEqual({ insert: "bug ", title: "bug", hint: "Label" });
    expect(complete("state:in", 8, vocabulary).options[0]?.insert).toBe('"In Progress" ');
    expect(complete('state:"in pr', 12, vocabulary).from).toBe(6);
    expect(complete("label:bug,o", 11, vocabulary).from).toBe(10);
  });

  it("offers dates and what can be empty", () => {
    expect(complete("due:<", 5, vocabulary).options.map(({ hint }) => hint)).toEqual(["<today", "<7d"]);
    expect(complete("no:la", 5, vocabulary).options[0]?.insert).toBe("label ");
  });
});
