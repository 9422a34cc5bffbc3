/** From the filter to the typed query; `parse.ts` reads the same filter back. */

import type { Condition, Filter } from "../../sync/view-spec.ts";
import { ME, type Vocabulary } from "./vocabulary.ts";
import { isDate, quote, wordOf, writeDate } from "./words.ts";

export function printQuery(filter: Filter | null, vocabulary: Vocabulary): string {
  return filter === null ? "" : printAny(filter, vocabulary);
}

function printAny(filter: Filter, vocabulary: Vocabulary): string {
  if ("or" in filter) return filter.or.map((part) => printAll(part, vocabulary)).join(" or ");
  return printAll(filter, vocabulary);
}

function printAll(filter: Filter, vocabulary: Vocabulary): string {
  if ("and" in filter) return filter.and.map((part) => printOne(part, vocabulary)).join(" ");
  return printOne(filter, vocabulary);
}

function printOne(filter: Filter, vocabulary: Vocabulary): string {
  if ("and" in filter || "or" in filter) return `(${printAny(filter, vocabulary)})`;
  if ("not" in filter) {
    const inside = filter.not;
    const plain = "op" in inside && inside.op !== "in" && inside.op !== "not";
    return plain ? `-${printCondition(inside, vocabulary)}` : `-(${printAny(inside, vocabulary)})`;
  }
  return printCondition(filter, vocabulary);
}

export function printCondition(condition: Condition, vocabulary: Vocabulary): string {
  const word = wordOf(condition.key);
  switch (condition.op) {
    case "empty":
      return `no:${word}`;
    case "set":
      return `has:${word}`;
    case "before":
      return `${word}:<${writeDate(condition.values[0] ?? "")}`;
    case "after":
      return `${word}:>${writeDate(condition.values[0] ?? "")}`;
    case "on":
      return `${word}:${writeDate(condition.values[0] ?? "")}`;
    case "contains":
      return printText(condition);
    default:
      return printChoice(condition, word, vocabulary);
  }
}

function printText({ values }: Condition): string {
  const quoted = values.map((value) => `"${value.replace(/[\\"]/g, "\\$&")}"`);
  return quoted.length === 1 ? (quoted[0] ?? "") : `text:${quoted.join(",")}`;
}

function printChoice(condition: Condition, word: string, vocabulary: Vocabulary): string {
  const names = isDate(condition.key) ? [] : valueNames(condition, vocabulary);
  return `${condition.op === "not" ? "-" : ""}${word}:${names.join(condition.op === "all" ? "&" : ",")}`;
}

/** A name stands for all values that bear it; only a part of them is written by id. */
function valueNames({ key, values }: Condition, vocabulary: Vocabulary): string[] {
  const known = vocabulary.values(key);
  const chosen = new Set(values);
  const written = new Set<string>();
  for (const value of values) {
    const name = known.find((candidate) => candidate.value === value)?.name;
    if (value === ME) written.add(ME);
    else if (key === "parent") written.add(vocabulary.keyOf(value) ?? value);
    else if (name === undefined) written.add(value);
    else {
      const bearers = known.filter((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      written.add(bearers.every((bearer) => chosen.has(bearer.value)) ? quote(bearers[0]?.name ?? name) : value);
    }
  }
  return [...written];
}
