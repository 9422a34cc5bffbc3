/** What keys and palette do on the page of automations. */

import type { Command } from "../../commands/registry.ts";
import { useCommands } from "../../commands/use.ts";
import type { Rule } from "./rule.ts";

export interface Desk {
  /** The rule that had the focus last. */
  readonly rule: Rule | null;
  readonly mayChange: boolean;
  readonly create: () => void;
  readonly edit: (rule: Rule) => void;
  readonly history: (rule: Rule) => void;
  readonly duplicate: (rule: Rule) => void;
  readonly toggle: (rule: Rule) => void;
  readonly remove: (rule: Rule) => void;
}

export function deskCommands(desk: () => Desk): readonly Command[] {
  const of = (
    id: string,
    title: string | ((rule: Rule) => string),
    run: (desk: Desk, rule: Rule) => void,
    more: { readonly keys?: readonly string[]; readonly reads?: boolean } = {},
  ): Command => ({
    id: `automation.${id}`,
    title: () => {
      const { rule } = desk();
      return typeof title === "string" ? title : rule ? title(rule) : "Switch automation on or off";
    },
    section: "Selection",
    keywords: ["automation", "rule"],
    ...(more.keys ? { keys: more.keys } : {}),
    when: () => desk().rule !== null && (more.reads === true || desk().mayChange),
    run: () => {
      const now = desk();
      if (now.rule) run(now, now.rule);
    },
  });
  return [
    {
      id: "automation.create",
      title: "Create automation",
      section: "Create",
      keys: ["n"],
      keywords: ["rule", "workflow"],
      when: () => desk().mayChange,
      run: () => desk().create(),
    },
    of("edit", "Edit automation", (now, rule) => now.edit(rule), { keys: ["e"] }),
    of("history", "What the automation did", (now, rule) => now.history(rule), { keys: ["h"], reads: true }),
    of("duplicate", "Duplicate automation", (now, rule) => now.duplicate(rule), { keys: ["$mod+d"] }),
    of(
      "toggle",
      ({ is_enabled }) => `Switch automation ${is_enabled ? "off" : "on"}`,
      (now, rule) => now.toggle(rule),
    ),
    of("delete", "Delete automation…", (now, rule) => now.remove(rule), { keys: ["#", "Shift+#"] }),
  ];
}

export function useDeskCommands(desk: Desk): void {
  useCommands(desk, deskCommands);
}

/** The editor, while it is open. */
export interface Writing {
  readonly save: () => void;
  readonly tryOut: () => void;
}

export function writingCommands(writing: () => Writing): readonly Command[] {
  return [
    {
      id: "automation.save",
      title: "Save automation",
      section: "Edit",
      keys: ["$mod+Enter"],
      whileTyping: true,
      run: () => writing().save(),
    },
    {
      id: "automation.try",
      title: "Try the automation out",
      section: "Edit",
      keywords: ["dry run", "test"],
      run: () => writing().tryOut(),
    },
  ];
}

export function useWritingCommands(writing: Writing): void {
  useCommands(writing, writingCommands);
}
