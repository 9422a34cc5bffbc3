/** Every action of the app is a command here: palette, keys, menus and the help sheet are drawn from this one list. */

import type { Engine } from "../sync/contract.ts";

/** Where the user is and what is chosen, when a command is asked whether it fits, or run. */
export interface CommandContext {
  readonly engine: Engine | null;
  /** Chosen items, else the focused one, else the open one. Ids of work items. */
  readonly items: readonly string[];
  /** The project on the screen. */
  readonly project: string | null;
  /** The name of the route, such as "items", "item", "settings". */
  readonly screen: string;
  readonly navigate: (to: string) => void;
}

export type Section = "Selection" | "Create" | "Go to" | "View" | "Edit" | "Workspace" | "Account" | "Help";

export interface Command {
  /** Stable, dotted: `item.set-priority`. */
  readonly id: string;
  readonly title: string | ((context: CommandContext) => string);
  readonly section: Section;
  /** Keys in tinykeys' notation, such as "c", "g i", "$mod+k", "Shift+e". The first is shown. */
  readonly keys?: readonly string[];
  /** More words that the palette finds it by. */
  readonly keywords?: readonly string[];
  /** Whether it fits now; default always. */
  readonly when?: (context: CommandContext) => boolean;
  /** Whether its keys work while somebody types in a field; default false. */
  readonly whileTyping?: boolean;
  readonly run: (context: CommandContext) => void | Promise<void>;
}

/** By id, those that were added under it: the last one counts. */
const commands = new Map<string, readonly Command[]>();
const listeners = new Set<() => void>();
let snapshot: readonly Command[] = [];

/** Adds commands for as long as the returned function is not called. A second command of the same id takes the place of the first until then. */
export function register(added: readonly Command[]): () => void {
  for (const command of added) commands.set(command.id, [...(commands.get(command.id) ?? []), command]);
  changed();
  return () => {
    for (const command of added) {
      const there = commands.get(command.id) ?? [];
      // Once: two screens may have added the same one.
      const at = there.lastIndexOf(command);
      const left = at < 0 ? there : there.toSpliced(at, 1);
      if (left.length > 0) commands.set(command.id, left);
      else commands.delete(command.id);
    }
    changed();
  };
}

/** All commands; the same array until one is added or removed. */
export function all(): readonly Command[] {
  return snapshot;
}

export function find(id: string): Command | undefined {
  return commands.get(id)?.at(-1);
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function fits(command: Command, context: CommandContext): boolean {
  return command.when?.(context) ?? true;
}

export function titleOf(command: Command, context: CommandContext): string {
  return typeof command.title === "string" ? command.title : command.title(context);
}

function changed(): void {
  snapshot = [...commands.values()].flatMap((added) => added.slice(-1));
  for (const listener of listeners) listener();
}
