/** From the typed query to the filter: `state:started -label:bug due:<7d assignee:me "words"`. What cannot be read is told and left out. */

import type { Condition, Filter, FilterKey } from "../../sync/view-spec.ts";
import { propertyOfFilter } from "../properties/definitions.ts";
import { type Piece, type Problem, Scanner } from "./scan.ts";
import { ME, stateGroups, type Vocabulary } from "./vocabulary.ts";
import { isDate, keyOfWord, kindOf, readDate } from "./words.ts";

export interface Parsed {
  readonly filter: Filter | null;
  readonly problems: readonly Problem[];
}

export function parseQuery(source: string, vocabulary: Vocabulary): Parsed {
  const scanner = new Scanner(source);
  const filter = readAny(scanner, vocabulary, 0);
  return { filter, problems: scanner.problems };
}

/** Alternatives: `a or b`. */
function readAny(scanner: Scanner, vocabulary: Vocabulary, depth: number): Filter | null {
  const parts: Filter[] = [];
  for (;;) {
    const part = readAll(scanner, vocabulary, depth);
    if (part) parts.push(part);
    const at = scanner.at;
    if (!scanner.takeOr()) break;
    if (!part) scanner.problem(at, scanner.at, "Something has to stand before “or”.");
  }
  return parts.length > 1 ? { or: parts } : (parts[0] ?? null);
}

/** Conditions side by side: all must hold. */
function readAll(scanner: Scanner, vocabulary: Vocabulary, depth: number): Filter | null {
  const parts: Filter[] = [];
  for (;;) {
    scanner.skipSpace();
    if (scanner.done || isOr(scanner)) break;
    if (scanner.next === ")") {
      if (depth > 0) break;
      scanner.problem(scanner.at, scanner.at + 1, "There is no opening parenthesis to this one.");
      scanner.at++;
      continue;
    }
    const part = readOne(scanner, vocabulary, depth);
    if (part) parts.push(part);
  }
  return parts.length > 1 ? { and: parts } : (parts[0] ?? null);
}

function isOr(scanner: Scanner): boolean {
  const at = scanner.at;
  const found = scanner.takeOr();
  scanner.at = at;
  return found;
}

function readOne(scanner: Scanner, vocabulary: Vocabulary, depth: number): Filter | null {
  const at = scanner.at;
  const negated = scanner.take("-");
  if (scanner.take("(")) {
    const inside = readAny(scanner, vocabulary, depth + 1);
    if (!scanner.take(")")) scanner.problem(at, scanner.at, "The parenthesis is not closed.");
    return inside && negated ? { not: inside } : inside;
  }
  const word = scanner.takeWord();
  const condition = word ? readCondition(scanner, vocabulary, word) : readText(scanner);
  return condition && negated ? negate(condition) : condition;
}

function negate(condition: Filter): Filter {
  if ("op" in condition && condition.op === "in") return { ...condition, op: "not" };
  return { not: condition };
}

function readText(scanner: Scanner): Condition | null {
  const piece = scanner.takeValue("");
  return piece.text === "" ? null : { key: "text", op: "contains", values: [piece.text] };
}

function readCondition(scanner: Scanner, vocabulary: Vocabulary, word: Piece): Filter | null {
  const presence = word.text.toLowerCase();
  if (presence === "no" || presence === "has") return readPresence(scanner, presence);
  const key = keyOfWord(word.text);
  if (!key) {
    const value = scanner.takeValue("");
    scanner.problem(
      word.at,
      value.end,
      `There is no property “${word.text}”. Put it in quotation marks to search for it.`,
    );
    return null;
  }
  if (isDate(key)) return readDateCondition(scanner, key);
  const { pieces, all } = readValues(scanner);
  if (pieces.length === 0) {
    scanner.problem(word.at, word.end, `“${word.text}:” needs a value.`);
    return null;
  }
  if (key === "text") return { key, op: "contains", values: pieces.map((piece) => piece.text) };
  return resolve(scanner, vocabulary, key, pieces, all);
}

function readPresence(scanner: Scanner, word: "no" | "has"): Condition | null {
  const piece = scanner.takeValue("");
  const key = keyOfWord(piece.text);
  if (!key || !propertyOfFilter(key).optional) {
    const message =
      piece.text === "" ? `“${word}:” needs a property.` : `“${piece.text}” is no property that can be empty.`;
    scanner.problem(piece.at, piece.end, message);
    return null;
  }
  return { key, op: word === "no" ? "empty" : "set", values: [] };
}

function readDateCondition(scanner: Scanner, key: FilterKey): Condition | null {
  const op = scanner.take("<") ? "before" : scanner.take(">") ? "after" : "on";
  const piece = scanner.takeValue("");
  const value = readDate(piece.text);
  if (value === null) {
    scanner.problem(
      piece.at,
      piece.end,
      "A date is 2026-03-31, today, or days and weeks from today such as 7d or -2w.",
    );
    return null;
  }
  return { key, op, values: [value] };
}

/** Values in a row: `a,b` any of them, `a&b` all of them. */
function readValues(scanner: Scanner): { pieces: Piece[]; all: boolean } {
  const pieces: Piece[] = [];
  let all = false;
  for (;;) {
    const piece = scanner.takeValue(",&");
    if (piece.text !== "" || piece.quoted) pieces.push(piece);
    if (scanner.take("&")) all = true;
    else if (!scanner.take(",")) break;
  }
  return { pieces, all };
}

function resolve(
  scanner: Scanner,
  vocabulary: Vocabulary,
  key: FilterKey,
  pieces: readonly Piece[],
  all: boolean,
): Condition | null {
  const values = new Set<string>();
  const groups = new Set<string>();
  for (const piece of pieces) {
    const found = valuesOf(vocabulary, key, piece);
    for (const value of found) values.add(value);
    if (found.length > 0) continue;
    const group = key === "state" ? stateGroups.find((name) => name === piece.text.toLowerCase()) : undefined;
    if (group) groups.add(group);
    else
      scanner.problem(piece.at, piece.end, `There is no ${propertyOfFilter(key).title.toLowerCase()} “${piece.text}”.`);
  }
  if (groups.size > 0 && values.size > 0) {
    const [first, last] = [pieces[0], pieces.at(-1)];
    scanner.problem(
      first?.at ?? 0,
      last?.end ?? 0,
      "Names of states and groups of states do not mix; write is:started for the group.",
    );
    return null;
  }
  if (groups.size > 0) return { key: "state_group", op: "in", values: [...groups] };
  if (values.size === 0) return null;
  return { key, op: all && kindOf(key) === "choices" ? "all" : "in", values: [...values] };
}

function valuesOf(vocabulary: Vocabulary, key: FilterKey, piece: Piece): string[] {
  const text = piece.text.toLowerCase();
  if (!piece.quoted && text === ME && (key === "assignee" || key === "created_by")) return [ME];
  if (key === "parent") {
    const item = vocabulary.itemOf(piece.text);
    return item ? [item] : isId(piece.text) ? [piece.text] : [];
  }
  const named = vocabulary.values(key).filter((name) => name.name.toLowerCase() === text);
  if (named.length > 0) return named.map((name) => name.value);
  return isId(piece.text) ? [piece.text] : [];
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
