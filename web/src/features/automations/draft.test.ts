import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blankAction, blankDraft, bodyOf, draftOf, htmlOfText, movedAction, withAction } from "./draft.ts";
import type { Action, Tree, Trigger } from "./rule.ts";
import { templates } from "./templates.ts";
import { isWhole, partsOfTree, treeOf } from "./tree.ts";
import { textOfHtml } from "./words.ts";

const rule = (parts: { trigger?: Trigger; filters?: Tree; actions?: readonly Action[] }) => ({
  name: "A rule",
  trigger: { kind: "item_created" } as Trigger,
  filters: {},
  actions: [{ kind: "close" }] as readonly Action[],
  ...parts,
});

describe("a rule that is read and written again", () => {
  it.each<Trigger>([
    { kind: "item_created" },
    { kind: "comment_added" },
    { kind: "item_changed", fields: [] },
    { kind: "item_changed", fields: ["state", "labels"] },
    { kind: "schedule", hour: 0, idle_days: null },
    { kind: "schedule", hour: 23, idle_days: 30 },
    { kind: "due_soon", days: 0, hour: 8 },
    { kind: "due_soon", days: 30, hour: 0 },
  ])("keeps the trigger %j", (trigger) => expect(bodyOf(draftOf(rule({ trigger }))).trigger).toEqual(trigger));

  it.each<Action>([
    { kind: "set_state", state: "s" },
    { kind: "close" },
    { kind: "archive" },
    { kind: "set_priority", priority: "none" },
    { kind: "set_start_date", days: 0 },
    { kind: "set_start_date", days: null },
    { kind: "set_target_date", days: 14 },
    { kind: "set_estimate", estimate_point: "e" },
    { kind: "set_estimate", estimate_point: null },
    { kind: "add_labels", labels: ["l", "m"] },
    { kind: "remove_labels", labels: ["l"] },
    { kind: "add_assignees", assignees: ["p"] },
    { kind: "remove_assignees", assignees: ["p", "q"] },
    { kind: "assign", policy: "default_assignee" },
    { kind: "assign", policy: "round_robin", members: ["p"] },
    { kind: "assign", policy: "least_loaded", members: ["p", "q"] },
    { kind: "add_to_cycle", cycle: "c" },
    { kind: "add_to_module", module: "m" },
    { kind: "add_comment", comment_html: "<p>a <strong>b</strong></p>" },
    { kind: "notify", to: ["assignees", "creator"], members: ["p"], message: "soon" },
    { kind: "notify", to: ["subscribers"], message: "soon" },
    { kind: "explode", force: 9 } as never,
  ])("keeps the action %j", (action) => expect(bodyOf(draftOf(rule({ actions: [action] }))).actions).toEqual([action]));

  it.each<Tree>([
    {},
    { label_id__in: ["l", "m"] },
    { not: { assignee_id__in: ["p"] } },
    { assignee_id__isnull: true },
    { not: { target_date__isnull: true } },
    { and: [{ label_id: "l" }, { label_id: "m" }] },
    { and: [{ state_id__in: ["s"] }, { target_date__lt: "2026-01-01" }, { created_at__gt: "2025-01-01" }] },
    { target_date: "2026-01-01" },
    // What no chip can say stays as it is.
    { or: [{ label_id: "l" }, { priority: "low" }] },
    { and: [{ cycle_id: "c" }, { not: { and: [{ priority: "low" }, { module_id: "m" }] } }] },
    { target_date__range: ["2026-01-01", "2026-02-01"] },
    { label_id__in: ["l", null] },
    { created_at__lt: "2026-01-01T10:00:00Z" },
    { OR: [{ priority: "low" }] },
  ])("keeps the conditions %j", (filters) => expect(bodyOf(draftOf(rule({ filters }))).filters).toEqual(filters));

  it("says the same in the form of chips", () => {
    for (const [written, read] of [
      [{ label_id: "l" }, { label_id__in: ["l"] }],
      [{ parent_id: null }, { parent_id: null }],
      [{ priority: "low", state_id: "s" }, { and: [{ priority__in: ["low"] }, { state_id__in: ["s"] }] }],
      [{ and: [{ priority: "low" }] }, { priority__in: ["low"] }],
      [
        { AND: [{ priority: "low" }, { NOT: { state_id: "s" } }] },
        { and: [{ priority__in: ["low"] }, { not: { state_id__in: ["s"] } }] },
      ],
      [{ AND: [{ label_id: "l" }, { label_id: "m" }] }, { and: [{ label_id: "l" }, { label_id: "m" }] }],
    ] as const) {
      expect(treeOf(partsOfTree(written))).toEqual(read);
      expect(treeOf(partsOfTree(read))).toEqual(read);
    }
  });

  it("tells a condition without values from none", () => {
    const [part] = partsOfTree({ label_id__in: ["l"] });
    if (!part || !("condition" in part)) throw new Error("no chip");
    const empty = { condition: { ...part.condition, values: [] } };
    expect([part, empty, { tree: {} }].map(isWhole)).toEqual([true, false, true]);
    expect(isWhole({ condition: { ...empty.condition, op: "empty" } })).toBe(true);
    expect(treeOf([empty])).toEqual({ label_id__in: [] });
  });

  it("asks the same of every item, whatever tree is given", () => {
    const { tree } = fc.letrec<{ leaf: Tree; tree: Tree }>((tie) => ({
      leaf: fc.oneof(
        fc.record({ label_id__in: fc.array(fc.constantFrom("l", "m"), { minLength: 1 }) }),
        fc.record({ label_id: fc.constantFrom("l", "m") }),
        fc.record({ label_id: fc.constantFrom("l", "m"), priority: fc.constantFrom("low", "none") }),
        fc.record({ priority: fc.constantFrom("low", "none") }),
        fc.record({ priority__in: fc.constant(["low", "none"]) }),
        fc.record({ cycle_id: fc.constant("c") }),
      ),
      tree: fc.oneof(
        { maxDepth: 3 },
        tie("leaf"),
        fc.record({ and: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ or: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie("tree") }),
        fc.record({ AND: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ Or: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ NOT: tie("tree") }),
      ),
    }));
    const item = fc.record({
      label_id: fc.subarray(["l", "m"]),
      priority: fc.constantFrom(["low"], ["none"], ["high"]),
      cycle_id: fc.constantFrom(["c"], []),
    });
    fc.assert(
      fc.property(tree, item, (given, held) => {
        expect(fits(treeOf(partsOfTree(given)), held)).toBe(fits(given, held));
      }),
    );
  });
});

type Held = Readonly<Record<string, readonly string[]>>;

function fits(tree: Tree, item: Held): boolean {
  return Object.entries(tree).every(([name, value]) => {
    const word = name.toLowerCase();
    if (word === "and") return (value as Tree[]).every((part) => fits(part, item));
    if (word === "or") return (value as Tree[]).some((part) => fits(part, item));
    if (word === "not") return !fits(value as Tree, item);
    const held = item[word.split("__")[0] ?? ""] ?? [];
    return [value].flat().some((wanted) => held.includes(wanted as string));
  });
}

describe("a draft", () => {
  it("leaves out what is not filled in, so that the server names it", () => {
    const kinds = [
      "set_state",
      "add_labels",
      "add_assignees",
      "assign",
      "add_to_cycle",
      "add_comment",
      "notify",
    ] as const;
    const actions = kinds.map((kind) => ({ ...blankAction(kind), to: [] }));
    expect(bodyOf({ ...blankDraft(), actions }).actions).toEqual(
      kinds.map((kind) => (kind === "assign" ? { kind, policy: "least_loaded" } : { kind })),
    );
    const trigger = { ...blankDraft().trigger, days: null, idleDays: null, isIdle: true };
    expect(bodyOf({ ...blankDraft(), trigger: { ...trigger, kind: "due_soon" } }).trigger).toEqual({
      kind: "due_soon",
      hour: 9,
    });
    expect(bodyOf({ ...blankDraft(), trigger: { ...trigger, kind: "schedule" } }).trigger).toMatchObject({
      idle_days: 0,
    });
  });

  it("keeps what was typed while the kind is another", () => {
    const action = { ...blankAction("add_labels"), labels: ["l"] };
    const draft = { ...blankDraft(), actions: [action] };
    const other = withAction(draft, action.key, { kind: "close" });
    expect(bodyOf(other).actions).toEqual([{ kind: "close" }]);
    expect(bodyOf(withAction(other, action.key, { kind: "remove_labels" })).actions).toEqual([
      { kind: "remove_labels", labels: ["l"] },
    ]);
  });

  it("moves actions, and not beyond the ends", () => {
    const actions = [blankAction("close"), blankAction("archive")];
    const draft = { ...blankDraft(), actions };
    const kinds = (key: string, by: 1 | -1) => movedAction(draft, key, by).actions.map(({ kind }) => kind);
    const [first, last] = actions;
    expect(kinds(first?.key ?? "", 1)).toEqual(["archive", "close"]);
    expect(kinds(first?.key ?? "", -1)).toEqual(["close", "archive"]);
    expect(kinds(last?.key ?? "", 1)).toEqual(["close", "archive"]);
  });

  it("writes comments as paragraphs that read the same", () => {
    expect(htmlOfText("a < b\n& c")).toBe("<p>a &lt; b</p><p>&amp; c</p>");
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (text.trim() !== "") expect(textOfHtml(htmlOfText(text))).toBe(text);
      }),
    );
  });

  it("begins from every template with what the server takes", () => {
    const given = { states: [], labels: [], people: ["p"] };
    for (const { id, draft } of templates) {
      const { name, actions, trigger } = bodyOf(draft(given));
      expect(name, id).not.toBe("");
      expect(trigger.kind, id).toBeTruthy();
      expect(actions.length, id).toBeGreaterThan(0);
    }
  });
});
