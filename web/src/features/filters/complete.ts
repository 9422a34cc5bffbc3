/** What could be typed next in the query, at the caret. */

import type { FilterKey } from "../../sync/view-spec.ts";
import { filterable, propertyOfFilter } from "../properties/definitions.ts";
import { ME, type Vocabulary } from "./vocabulary.ts";
import { isDate, keyOfWord, quote } from "./words.ts";

export interface Completion {
  /** What is typed in place of the text from `from` to `to`. */
  readonly insert: string;
  readonly title: string;
  readonly hint: string;
}

export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
}

const dates: readonly (readonly [string, string])[] = [
  ["<today", "Before today"],
  ["today", "Today"],
  ["<7d", "Within 7 days"],
  [">-7d", "In the last 7 days"],
  [">-30d", "In the last 30 days"],
  [">today", "After today"],
];

export function complete(source: string, caret: number, vocabulary: Vocabulary): Completions {
  const before = source.slice(0, caret);
  const token = /(?:"(?:[^"\\]|\\.)*"?|[^\s()"])*$/.exec(before)?.[0] ?? "";
  const start = caret - token.length;
  const bare = token.startsWith("-") ? token.slice(1) : token;
  const colon = /^([\p{L}_]+):/u.exec(bare);
  if (!colon?.[1]) return { from: start + (token.length - bare.length), to: caret, options: properties(bare) };
  const value = /[^,&]*$/.exec(bare.slice(colon[0].length))?.[0] ?? "";
  return { from: caret - value.length, to: caret, options: values(colon[1].toLowerCase(), value, vocabulary) };
}

function properties(typed: string): Completion[] {
  const text = typed.toLowerCase();
  const own = filterable
    .filter(({ words, title, id }) => id !== "text" && starts([...words, title], text))
    .map(({ words, title }) => ({ insert: `${words[0]}:`, title, hint: `${words[0]}:` }));
  const presence = [
    { insert: "no:", title: "Without", hint: "no:" },
    { insert: "has:", title: "With", hint: "has:" },
  ].filter(({ insert, title }) => starts([insert, title], text));
  return [...own, ...presence];
}

function values(word: string, typed: string, vocabulary: Vocabulary): Completion[] {
  const text = typed.replace(/^"|"$/g, "").toLowerCase();
  if (word === "no" || word === "has") {
    return filterable
      .filter(({ optional, words }) => optional && starts(words, text))
      .map(({ words, title }) => ({ insert: `${words[0]} `, title, hint: "" }));
  }
  const key = keyOfWord(word);
  if (!key) return [];
  if (isDate(key)) return dateValues(text);
  return namedValues(key, text, vocabulary);
}

function dateValues(text: string): Completion[] {
  return dates
    .filter(([insert, title]) => insert.startsWith(text) || title.toLowerCase().includes(text))
    .map(([insert, title]) => ({ insert: `${insert} `, title, hint: insert }));
}

function namedValues(key: FilterKey, text: string, vocabulary: Vocabulary): Completion[] {
  const seen = new Set<string>();
  const found: Completion[] = [];
  if ((key === "assignee" || key === "created_by") && ME.startsWith(text)) {
    found.push({ insert: `${ME} `, title: "Me", hint: "" });
  }
  for (const { name } of vocabulary.values(key)) {
    if (seen.has(name) || !name.toLowerCase().includes(text)) continue;
    seen.add(name);
    found.push({ insert: `${quote(name)} `, title: name, hint: propertyOfFilter(key).title });
    if (found.length === 12) break;
  }
  const [only] = found;
  return found.length === 1 && only?.title.toLowerCase() === text ? [] : found;
}

function starts(words: readonly string[], text: string): boolean {
  return words.some((word) => word.toLowerCase().startsWith(text));
}
