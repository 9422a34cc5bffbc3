/** The filter as the row of chips sees it: parts that must all hold, each changed by itself. */

import type { Condition, Filter, FilterKey, FilterOp } from "../../sync/view-spec.ts";
import { kindOf } from "./words.ts";

export function partsOf(filter: Filter | null): readonly Filter[] {
  if (filter === null) return [];
  return "and" in filter ? filter.and : [filter];
}

export function fromParts(parts: readonly Filter[]): Filter | null {
  return parts.length > 1 ? { and: parts } : (parts[0] ?? null);
}

/** The filter with one part changed, or taken away by null. */
export function withPart(filter: Filter | null, index: number, part: Filter | null): Filter | null {
  const parts = [...partsOf(filter)];
  if (part === null) parts.splice(index, 1);
  else parts[index] = part;
  return fromParts(parts);
}

export function addPart(filter: Filter | null, part: Filter): Filter {
  return fromParts([...partsOf(filter), part]) ?? part;
}

/** The condition of a chip; null when the part is made of others and only its text can be shown. */
export function conditionOf(part: Filter): Condition | null {
  return "op" in part ? part : null;
}

export interface Operator {
  readonly op: FilterOp;
  readonly title: string;
}

/** What can be asked of a property. */
export function operatorsOf(key: FilterKey, optional: boolean): readonly Operator[] {
  const presence: Operator[] = optional
    ? [
        { op: "empty", title: "is empty" },
        { op: "set", title: "is set" },
      ]
    : [];
  switch (kindOf(key)) {
    case "date":
    case "moment":
      return [
        { op: "before", title: "before" },
        { op: "after", title: "after" },
        { op: "on", title: "on" },
        ...presence,
      ];
    case "choices":
      return [
        { op: "in", title: "is any of" },
        { op: "all", title: "is all of" },
        { op: "not", title: "is none of" },
        ...presence,
      ];
    case "text":
      return [{ op: "contains", title: "contains" }];
    default:
      return [{ op: "in", title: "is" }, { op: "not", title: "is not" }, ...presence];
  }
}

/** The same chip with another operator; values stay where they still mean something. */
export function withOperator(condition: Condition, op: FilterOp): Condition {
  return { key: condition.key, op, values: op === "empty" || op === "set" ? [] : condition.values };
}

/** Whether a chip says something yet; a fresh one waits for its value. */
export function isComplete({ op, values }: Condition): boolean {
  return op === "empty" || op === "set" || values.length > 0;
}

/** The filter with "me" replaced by who looks. */
export function resolveMe(filter: Filter, me: string): Filter {
  if ("and" in filter) return { and: filter.and.map((part) => resolveMe(part, me)) };
  if ("or" in filter) return { or: filter.or.map((part) => resolveMe(part, me)) };
  if ("not" in filter) return { not: resolveMe(filter.not, me) };
  if (!filter.values.includes("me") || (filter.key !== "assignee" && filter.key !== "created_by")) return filter;
  return { ...filter, values: filter.values.map((value) => (value === "me" ? me : value)) };
}
