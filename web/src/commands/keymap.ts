/** Runs commands by their keys. */

import { type KeyBindingPress, matchKeyBindingPress, parseKeybinding } from "tinykeys";
import { preferences } from "../lib/preferences.ts";
import { currentContext } from "./context.ts";
import { isSingle } from "./keys.ts";
import { all, type Command, type CommandContext, fits } from "./registry.ts";
import { runCommand } from "./run.ts";

/** The next key of a sequence has to come within. */
const PATIENCE = 1200;

/** Listens until the returned function is called. */
export function startKeymap(): () => void {
  const sequences = new Sequences();
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const bound = bindings(all());
    // What somebody writes is not the beginning of a sequence.
    const typing = situation(event) === "typing";
    const possible = typing ? [...bound.keys()].filter((keys) => !keys.includes(" ")) : bound.keys();
    for (const keys of sequences.completed(event, possible)) act(event, keys, bound.get(keys) ?? []);
  };
  addEventListener("keydown", listener);
  return () => removeEventListener("keydown", listener);
}

/** How far each sequence has come. Kept by the keys alone, so that commands may come and go between two presses. */
class Sequences {
  private readonly pressed = new Map<string, number>();
  private timer = 0;

  /** Those that this press ends, the longest first: the last key of "g i" is not the single key "i" as well. */
  completed(event: KeyboardEvent, all: Iterable<string>): string[] {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.pressed.clear(), PATIENCE);
    const done: string[] = [];
    for (const keys of all) {
      const steps = parsed(keys);
      const at = this.pressed.get(keys) ?? 0;
      const step = steps[at];
      if (!step || !matchKeyBindingPress(event, step)) {
        // Holding Shift for the next step does not end it.
        if (!event.getModifierState(event.key)) this.pressed.delete(keys);
      } else if (at + 1 < steps.length) {
        this.pressed.set(keys, at + 1);
      } else {
        this.pressed.delete(keys);
        done.push(keys);
      }
    }
    return done.sort((a, b) => parsed(b).length - parsed(a).length);
  }
}

const steps = new Map<string, KeyBindingPress[]>();

function parsed(keys: string): KeyBindingPress[] {
  const known = steps.get(keys);
  if (known) return known;
  const made = parseKeybinding(keys);
  steps.set(keys, made);
  return made;
}

let boundOf: readonly Command[] = [];
let bound = new Map<string, Command[]>();

/** Which commands each key has; made anew only when commands came or went. */
function bindings(commands: readonly Command[]): ReadonlyMap<string, Command[]> {
  if (commands === boundOf) return bound;
  boundOf = commands;
  bound = new Map();
  for (const command of commands) {
    for (const keys of command.keys ?? []) bound.set(keys, [...(bound.get(keys) ?? []), command]);
  }
  return bound;
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
