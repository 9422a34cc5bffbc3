/** What keys mean, apart from any keyboard event: which are single, which get in each other's way. */

import { type Command, type CommandContext, fits } from "./registry.ts";

const MODIFIERS = new Set(["$mod", "Control", "Meta", "Alt"]);

/** Whether it starts with a plain character, so that somebody who dictates or slips would set it off (WCAG 2.1.4). */
export function isSingle(keys: string): boolean {
  const [first = ""] = keys.split(" ");
  const parts = first.split(/\+(?=.)/);
  if (parts.some((part) => MODIFIERS.has(part))) return false;
  return parts[parts.length - 1]?.length === 1;
}

export interface Clash {
  readonly keys: string;
  readonly commands: readonly string[];
  readonly why: string;
}

/** Keys that mean two things. Two commands may share keys when both say when they fit; a key never both acts and begins a sequence. */
export function clashes(commands: readonly Command[]): Clash[] {
  const bound = new Map<string, Command[]>();
  for (const command of commands) {
    for (const keys of command.keys ?? []) bound.set(plain(keys), [...(bound.get(plain(keys)) ?? []), command]);
  }
  const found: Clash[] = [];
  for (const [keys, sharing] of bound) {
    const always = sharing.filter((command) => !command.when);
    if (sharing.length > 1 && always.length > 0) {
      found.push({ keys, commands: sharing.map(({ id }) => id), why: "one of them always fits" });
    }
    for (const [longer, others] of bound) {
      if (longer.startsWith(`${keys} `)) {
        found.push({ keys, commands: [...sharing, ...others].map(({ id }) => id), why: `it also begins "${longer}"` });
      }
    }
  }
  return found;
}

/** Keys that several commands have where all of these fit: one of them would never be run by its key. */
export function clashesIn(commands: readonly Command[], context: CommandContext): Clash[] {
  const bound = new Map<string, string[]>();
  for (const command of commands) {
    if (!fits(command, context)) continue;
    for (const keys of command.keys ?? []) bound.set(plain(keys), [...(bound.get(plain(keys)) ?? []), command.id]);
  }
  return [...bound]
    .filter(([, ids]) => ids.length > 1)
    .map(([keys, ids]) => ({ keys, commands: ids, why: "they fit at the same time" }));
}

/** The same keys, written one way. */
function plain(keys: string): string {
  return keys
    .split(" ")
    .map((step) =>
      step
        .split(/\+(?=.)/)
        .map((part) => part.toLowerCase())
        .sort()
        .join("+"),
    )
    .join(" ");
}
