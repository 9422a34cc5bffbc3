import { expect, test } from "vitest";
import { resolveDay, span } from "./days.ts";
import type { Facts } from "./facts.ts";
import { compile, isRelative } from "./filter.ts";
import type { WorkItem } from "./rows.ts";
import { blankItem } from "./testing.ts";
import type { Condition, Filter } from "./view-spec.ts";

const TODAY = "2026-03-31";
const none = { get: () => undefined, all: () => [] };
const facts: Facts = {
  work_item: none,
  state: { ...none, get: (id) => (id === "s1" ? ({ id, group: "started" } as never) : undefined) },
  label: none,
  member: none,
  project: { ...none, get: () => ({ identifier: "ENG" }) as never },
  project_member: none,
  today: () => TODAY,
};
const item = (patch: Partial<WorkItem>): WorkItem => ({ ...blankItem("i", "p", 42), ...patch });
const fits = (filter: Filter, patch: Partial<WorkItem>) => compile(filter, facts)(item(patch));
const is = (key: Condition["key"], op: Condition["op"], ...values: string[]): Condition => ({ key, op, values });

test.each([
  ["2026-05-01", "2026-05-01"],
  ["0d", "2026-03-31"],
  ["-7d", "2026-03-24"],
  ["+2w", "2026-04-14"],
  ["2w", "2026-04-14"],
  ["-1m", "2026-02-28"],
  ["+1y", "2027-03-31"],
  ["soon", undefined],
])("the day %s is %s", (value, day) => {
  expect(resolveDay(value, TODAY)).toBe(day);
});

test("a day lasts until the next one begins", () => {
  expect(span("2026-02-28", false)).toEqual(["2026-02-28", "2026-03-01"]);
  const [start, end] = span("2026-02-28", true);
  expect(Date.parse(end) - Date.parse(start)).toBe(86_400_000);
});

test("dates: before, after and on do not overlap, and leave out what has none", () => {
  const dates = { early: "2026-03-30", now: TODAY, late: "2026-04-01" };
  const which = (op: "before" | "after" | "on") =>
    Object.entries(dates).flatMap(([name, date]) =>
      fits(is("target_date", op, "0d"), { target_date: date }) ? [name] : [],
    );
  expect([which("before"), which("on"), which("after")]).toEqual([["early"], ["now"], ["late"]]);
  for (const op of ["before", "after", "on"] as const) expect(fits(is("target_date", op, "0d"), {})).toBe(false);
  expect(fits(is("target_date", "not", "0d"), {})).toBe(true);
  expect(fits(is("target_date", "empty"), {})).toBe(true);
  expect(fits(is("created_at", "on", "2026-01-01"), { created_at: new Date(2026, 0, 1, 12).toISOString() })).toBe(true);
  expect(fits(is("created_at", "before", "2026-01-01"), { created_at: new Date(2026, 0, 1, 0, 1).toISOString() })).toBe(
    false,
  );
});

test("lists: any, all, none of, empty and set", () => {
  const labels = { labels: ["a", "b"] };
  expect(fits(is("label", "in", "b", "c"), labels)).toBe(true);
  expect(fits(is("label", "all", "a", "b"), labels)).toBe(true);
  expect(fits(is("label", "all", "a", "c"), labels)).toBe(false);
  expect(fits(is("label", "not", "c"), labels)).toBe(true);
  expect(fits(is("label", "not", "a"), labels)).toBe(false);
  expect(fits(is("label", "not", "a"), {})).toBe(true);
  expect(fits(is("label", "set"), labels)).toBe(true);
  expect(fits(is("label", "empty"), labels)).toBe(false);
});

test("no priority counts as empty, and can be asked for by its name", () => {
  expect(fits(is("priority", "empty"), {})).toBe(true);
  expect(fits(is("priority", "in", "none", "urgent"), {})).toBe(true);
  expect(fits(is("priority", "in", "urgent"), {})).toBe(false);
  expect(fits(is("priority", "not", "none"), { priority: "low" })).toBe(true);
  expect(fits(is("priority", "not", "none"), {})).toBe(false);
});

test("the group of a state, and the words of a name or its key", () => {
  expect(fits(is("state_group", "in", "started"), { state: "s1" })).toBe(true);
  expect(fits(is("state_group", "in", "started"), { state: "gone" })).toBe(false);
  const named = { name: "Die Äpfel sind faul" };
  expect(fits(is("text", "contains", "faul apfel"), named)).toBe(true);
  expect(fits(is("text", "contains", "faul birne"), named)).toBe(false);
  expect(fits(is("text", "contains", "eng-4"), named)).toBe(true);
  expect(fits(is("text", "not", "apfel"), named)).toBe(false);
});

test("and, or and not", () => {
  const urgent = is("priority", "in", "urgent");
  const mine = is("assignee", "in", "me");
  const both = { priority: "urgent", assignees: ["me"] } as const;
  expect(fits({ and: [urgent, mine] }, both)).toBe(true);
  expect(fits({ and: [urgent, mine] }, { priority: "urgent" })).toBe(false);
  expect(fits({ or: [urgent, mine] }, { assignees: ["me"] })).toBe(true);
  expect(fits({ not: { or: [urgent, mine] } }, both)).toBe(false);
  expect(fits({ and: [] }, {})).toBe(true);
});

test("only days counted from today change overnight", () => {
  expect(isRelative({ and: [{ not: is("target_date", "before", "+1w") }] })).toBe(true);
  expect(isRelative(is("target_date", "before", "2026-01-01"))).toBe(false);
  expect(isRelative(is("text", "contains", "7d"))).toBe(false);
});
