/** The conditions of a rule as chips, and as the tree that the API takes. */

import type { Condition, FilterKey } from "../../sync/view-spec.ts";
import { isComplete } from "../filters/parts.ts";
import { kindOf } from "../filters/words.ts";
import { propertyOfFilter } from "../properties/definitions.ts";
import type { Tree } from "./rule.ts";

/** One of the conditions that must all hold. `tree`: what no chip can say, such as "or"; it is kept as it came. */
export type Part = { readonly condition: Condition } | { readonly tree: Tree };

const FIELDS: Partial<Record<FilterKey, string>> = {
  state: "state_id",
  state_group: "state_group",
  priority: "priority",
  assignee: "assignee_id",
  label: "label_id",
  created_by: "created_by_id",
  parent: "parent_id",
  type: "type_id",
  start_date: "start_date",
  target_date: "target_date",
  created_at: "created_at",
  updated_at: "updated_at",
  completed_at: "completed_at",
};
const KEYS = new Map(Object.entries(FIELDS).map(([key, field]) => [field, key as FilterKey]));
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What of an item automations do not ask for: words are found in lists only, and a rule has its project. */
export const NOT_ASKED: readonly FilterKey[] = ["text", "project"];

/** Whether it says something. One whose values were all taken away asks for others, and is not no condition. */
export function isWhole(part: Part): boolean {
  return "tree" in part || isComplete(part.condition);
}

export function treeOf(parts: readonly Part[]): Tree {
  const trees = parts.map((part) => ("tree" in part ? part.tree : treeOfCondition(part.condition)));
  if (trees.length > 1) return { and: trees };
  return trees[0] ?? {};
}

function treeOfCondition({ key, op, values }: Condition): Tree {
  const field = FIELDS[key] ?? key;
  const [first = ""] = values;
  switch (op) {
    case "empty":
      return { [`${field}__isnull`]: true };
    case "set":
      return { not: { [`${field}__isnull`]: true } };
    case "before":
      return { [`${field}__lt`]: first };
    case "after":
      return { [`${field}__gt`]: first };
    case "on":
      return { [field]: first };
    case "not":
      return { not: { [`${field}__in`]: values } };
    case "all":
      return values.length > 1 ? { and: values.map((value) => ({ [field]: value })) } : { [field]: first };
    default:
      return { [`${field}__in`]: values };
  }
}

export function partsOfTree(tree: Tree): readonly Part[] {
  const entries = Object.entries(tree);
  const [name = "", inner] = entries[0] ?? [];
  if (entries.length > 1) return entries.map(([word, value]) => partOf({ [word]: value }));
  if (operatorOf(name) !== "and" || !isTrees(inner)) return entries.length === 0 ? [] : [partOf(tree)];
  const all = readAll(inner);
  return all ? [{ condition: all }] : inner.flatMap(partsOfTree);
}

function partOf(tree: Tree): Part {
  const condition = read(tree);
  return condition ? { condition } : { tree };
}

function read(tree: Tree): Condition | null {
  const entries = Object.entries(tree);
  const [name = "", value] = entries[0] ?? [];
  if (entries.length !== 1) return null;
  const operator = operatorOf(name);
  if (operator === "and") return isTrees(value) ? readAll(value) : null;
  if (operator === "not") return isTree(value) ? negated(read(value)) : null;
  const [field = "", lookup = "exact"] = name.split("__");
  const key = KEYS.get(field);
  if (!key) return null;
  const kind = kindOf(key);
  const { optional } = propertyOfFilter(key);
  if (lookup === "isnull") return value === true && optional ? { key, op: "empty", values: [] } : null;
  if (kind === "date" || kind === "moment") return readDay(key, lookup, value);
  if (lookup === "exact") return typeof value === "string" ? { key, op: "in", values: [value] } : null;
  return lookup === "in" && isTexts(value) ? { key, op: "in", values: value } : null;
}

const COMPARED = { exact: "on", lt: "before", gt: "after" } as const;

function readDay(key: FilterKey, lookup: string, value: unknown): Condition | null {
  const op = COMPARED[lookup as keyof typeof COMPARED];
  return op && typeof value === "string" && DAY.test(value) ? { key, op, values: [value] } : null;
}

function negated(condition: Condition | null): Condition | null {
  if (condition?.op === "in") return { ...condition, op: "not" };
  return condition?.op === "empty" ? { ...condition, op: "set" } : null;
}

/** "Has all of these" is said by one condition for each. */
function readAll(trees: readonly Tree[]): Condition | null {
  const parts = trees.map((tree) => (hasOperator(tree, "and") ? null : read(tree)));
  const [first] = parts;
  if (!first || trees.length < 2 || kindOf(first.key) !== "choices") return null;
  const values = parts.flatMap((part, at) =>
    part?.key === first.key && part.op === "in" && !Object.keys(trees[at] ?? {})[0]?.includes("__") ? part.values : [],
  );
  return values.length === parts.length ? { key: first.key, op: "all", values: [...new Set(values)] } : null;
}

export type Operator = "and" | "or" | "not";

/** The operator that a word of a tree is, in capitals as well: so the server reads them, and keeps them as written. */
export function operatorOf(word: string): Operator | null {
  const lower = word.toLowerCase();
  return lower === "and" || lower === "or" || lower === "not" ? lower : null;
}

export function hasOperator(tree: Tree, operator: Operator): boolean {
  return Object.keys(tree).some((word) => operatorOf(word) === operator);
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTrees(value: unknown): value is readonly Tree[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTree);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string");
}
