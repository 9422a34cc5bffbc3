/** The words of the typed query: what may stand before a colon, and how values are written. */

import type { FilterKey } from "../../sync/view-spec.ts";
import { filterable, type PropertyKind, propertyOfFilter } from "../properties/definitions.ts";

const keys = new Map<string, FilterKey>(
  filterable.flatMap(({ words, filter }) => (filter ? words.map((word) => [word, filter] as const) : [])),
);

export function keyOfWord(word: string): FilterKey | null {
  return keys.get(word.toLowerCase()) ?? null;
}

export function wordOf(key: FilterKey): string {
  return propertyOfFilter(key).words[0] ?? key;
}

export function kindOf(key: FilterKey): PropertyKind {
  return propertyOfFilter(key).kind;
}

export function isDate(key: FilterKey): boolean {
  const kind = kindOf(key);
  return kind === "date" || kind === "moment";
}

const dateNames: Readonly<Record<string, string>> = { today: "0d", tomorrow: "+1d", yesterday: "-1d" };

/** The value that a typed date stands for: `2026-03-01`, `-7d`, `+2w`, `1m`; null when it is no date. */
export function readDate(text: string): string | null {
  const word = text.toLowerCase();
  const named = dateNames[word];
  if (named) return named;
  if (/^\d{4}-\d{2}-\d{2}$/.test(word)) return isCivil(word) ? word : null;
  const relative = /^([+-]?)(\d{1,4})([dwmy])$/.exec(word);
  if (!relative) return null;
  const [, sign, count, unit] = relative;
  if (Number(count) === 0) return "0d";
  return `${sign === "-" ? "-" : "+"}${Number(count)}${unit}`;
}

/** A date as it is typed: the plus is left out, and today is a word. */
export function writeDate(value: string): string {
  if (value === "0d") return "today";
  return value.startsWith("+") ? value.slice(1) : value;
}

function isCivil(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A value as it is typed: in quotes when it would read as something else. */
export function quote(text: string, bare: RegExp = /^[\p{L}\p{N}_.#/+][\p{L}\p{N}_.#/+-]*$/u): string {
  if (bare.test(text) && text.toLowerCase() !== "me") return text;
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
