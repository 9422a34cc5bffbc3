/** Filters, made into functions once so that they are quick over many items. */

import { RELATIVE, resolveDay, span } from "./days.ts";
import { type Facts, fold, itemKey, reader } from "./facts.ts";
import type { WorkItem } from "./rows.ts";
import type { Condition, Filter } from "./view-spec.ts";

export type Test = (item: WorkItem) => boolean;

const DATES = ["start_date", "target_date", "created_at", "updated_at", "completed_at"] as const;
type DateKey = (typeof DATES)[number];

export function compile(filter: Filter | null, facts: Facts): Test {
  if (!filter) return () => true;
  if ("and" in filter) {
    const tests = filter.and.map((part) => compile(part, facts));
    return (item) => tests.every((test) => test(item));
  }
  if ("or" in filter) {
    const tests = filter.or.map((part) => compile(part, facts));
    return (item) => tests.some((test) => test(item));
  }
  if ("not" in filter) {
    const test = compile(filter.not, facts);
    return (item) => !test(item);
  }
  return condition(filter, facts);
}

/** Whether a filter means something else tomorrow. */
export function isRelative(filter: Filter | null): boolean {
  if (!filter) return false;
  if ("and" in filter) return filter.and.some(isRelative);
  if ("or" in filter) return filter.or.some(isRelative);
  if ("not" in filter) return isRelative(filter.not);
  return isDate(filter.key) && filter.values.some((value) => RELATIVE.test(value));
}

function condition({ key, op, values }: Condition, facts: Facts): Test {
  if (key === "text") return text(values, op === "not", facts);
  const read = reader(key, facts);
  if (op === "empty") return (item) => read(item).length === 0;
  if (op === "set") return (item) => read(item).length > 0;
  if (isDate(key)) return date(key, op, values, facts.today());
  // The word for no priority can be filtered by like the others.
  const wantsNone = key === "priority" && values.includes("none");
  const wanted = new Set(values);
  const any: Test = (item) => {
    const held = read(item);
    return held.length === 0 ? wantsNone : held.some((value) => wanted.has(value));
  };
  if (op === "not") return (item) => !any(item);
  if (op === "all") return (item) => values.every((value) => read(item).includes(value));
  return any;
}

function date(key: DateKey, op: Condition["op"], values: readonly string[], today: string): Test {
  const spans = values
    .map((value) => resolveDay(value, today))
    .filter((day) => day !== undefined)
    .map((day) => span(day, key.endsWith("_at")));
  const tests = (value: string): boolean =>
    spans.some(([start, end]) => {
      if (op === "before") return value < start;
      if (op === "after") return value >= end;
      return value >= start && value < end;
    });
  return (item) => {
    const value = item[key];
    if (value === null) return op === "not";
    return tests(value) !== (op === "not");
  };
}

/** All words of one of the texts stand in the name, or it is the beginning of the item's key. */
function text(values: readonly string[], negated: boolean, facts: Facts): Test {
  const wanted = values.map((value) => ({
    whole: fold(value.trim()),
    words: fold(value).split(/\s+/).filter(Boolean),
  }));
  return (item) => {
    const name = fold(item.name);
    const found = wanted.some(
      ({ whole, words }) =>
        words.every((word) => name.includes(word)) || fold(itemKey(item, facts)).startsWith(whole) || whole === "",
    );
    return found !== negated;
  };
}

function isDate(key: string): key is DateKey {
  return (DATES as readonly string[]).includes(key);
}
