/** Runs commands by their keys. */

import { createKeybindingsHandler } from "tinykeys";
import { preferences } from "../lib/preferences.ts";
import { currentContext } from "./context.ts";
import { isSingle } from "./keys.ts";
import { all, type Command, type CommandContext, fits, subscribe } from "./registry.ts";
import { runCommand } from "./run.ts";

/** Listens until the returned function is called. */
export function startKeymap(): () => void {
  let handler = bind(all());
  const unsubscribe = subscribe(() => {
    handler = bind(all());
  });
  const listener = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && !event.isComposing) handler(event);
  };
  addEventListener("keydown", listener);
  return () => {
    unsubscribe();
    removeEventListener("keydown", listener);
  };
}

function bind(commands: readonly Command[]): (event: KeyboardEvent) => void {
  const bound = new Map<string, Command[]>();
  for (const command of commands) {
    for (const keys of command.keys ?? []) bound.set(keys, [...(bound.get(keys) ?? []), command]);
  }
  // Sequences first: the last key of "g i" is not the single key "i" as well.
  const sorted = [...bound].sort(([a], [b]) => b.split(" ").length - a.split(" ").length);
  const bindings = sorted.map(([keys, sharing]) => [keys, (event: KeyboardEvent) => act(event, keys, sharing)]);
  return createKeybindingsHandler(Object.fromEntries(bindings), { timeout: 1200 });
}

function act(event: KeyboardEvent, keys: string, sharing: readonly Command[]): void {
  if (event.defaultPrevented || (isSingle(keys) && !preferences().singleKeys)) return;
  const where = situation(event);
  if (where === "button" && (event.key === "Enter" || event.key === " ")) return;
  const context = currentContext();
  const command = chosen(sharing, context, where === "typing");
  if (!command) return;
  event.preventDefault();
  runCommand(command, context);
}

/** The one that was added last goes first: a screen's own before the app's. */
function chosen(sharing: readonly Command[], context: CommandContext, typing: boolean): Command | undefined {
  return sharing.findLast((command) => (!typing || command.whileTyping) && fits(command, context));
}

/** What the key would do by itself: write, or press the button or link that has the focus. */
function situation(event: KeyboardEvent): "typing" | "button" | "free" {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return "free";
  // A menu, a list of choices or a dialog has the keys for itself.
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return "typing";
  if (target.isContentEditable || target.matches("textarea, select, [role=textbox], [role=combobox]")) return "typing";
  if (target instanceof HTMLInputElement) return isText(target) ? "typing" : "button";
  return target.closest("button, a[href], summary, [role=button], [role=option], [role=menuitem]") ? "button" : "free";
}

function isText(input: HTMLInputElement): boolean {
  return !["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"].includes(input.type);
}
