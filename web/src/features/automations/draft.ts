/** A rule while somebody writes it: all that was typed is kept, also of what is not chosen now. */

import type { Id, Priority } from "../../sync/rows.ts";
import type { Action, ActionKind, Audience, Parts, Policy, Tree, Trigger, TriggerKind } from "./rule.ts";
import { type Part, partsOfTree, treeOf } from "./tree.ts";

export interface DraftTrigger {
  readonly kind: TriggerKind;
  readonly fields: readonly string[];
  readonly hour: number;
  /** null: nothing is typed. */
  readonly days: number | null;
  readonly isIdle: boolean;
  readonly idleDays: number | null;
}

export interface DraftAction {
  /** Which of the rows it is, wherever it is moved. */
  readonly key: string;
  readonly kind: ActionKind;
  readonly state: Id | null;
  readonly priority: Priority;
  /** Whether a date goes away instead of being set. */
  readonly clears: boolean;
  readonly days: number | null;
  readonly point: Id | null;
  readonly labels: readonly Id[];
  readonly people: readonly Id[];
  readonly policy: Policy;
  readonly cycle: Id | null;
  readonly module: Id | null;
  readonly html: string;
  readonly to: readonly Audience[];
  readonly message: string;
  /** How it came, for a kind that this page does not know. */
  readonly unknown: Action | null;
}

export interface Draft {
  readonly name: string;
  readonly trigger: DraftTrigger;
  readonly conditions: readonly Part[];
  readonly actions: readonly DraftAction[];
}

/** What is sent; a field that is empty is left out, and the server says that it is missing. */
export interface Body {
  readonly name: string;
  readonly trigger: Tree;
  readonly filters: Tree;
  readonly actions: readonly Tree[];
}

export const MOST_ACTIONS = 10;

let made = 0;

export function blankAction(kind: ActionKind): DraftAction {
  return {
    key: `action-${++made}`,
    kind,
    state: null,
    priority: "urgent",
    clears: false,
    days: 7,
    point: null,
    labels: [],
    people: [],
    policy: "least_loaded",
    cycle: null,
    module: null,
    html: "",
    to: kind === "notify" ? ["assignees"] : [],
    message: "",
    unknown: null,
  };
}

export function blankDraft(): Draft {
  const trigger: Trigger = { kind: "item_created" };
  return { name: "", trigger: readTrigger(trigger), conditions: [], actions: [] };
}

export function draftOf(rule: Parts & { readonly name: string }): Draft {
  return {
    name: rule.name,
    trigger: readTrigger(rule.trigger),
    conditions: partsOfTree(rule.filters),
    actions: rule.actions.map(readAction),
  };
}

export function bodyOf(draft: Draft): Body {
  return {
    name: draft.name.trim(),
    trigger: writeTrigger(draft.trigger),
    filters: treeOf(draft.conditions),
    actions: draft.actions.map(writeAction),
  };
}

/** The same as the sentence reads it. */
export function partsOf(draft: Draft): Parts {
  return bodyOf(draft) as unknown as Parts;
}

function readTrigger(trigger: Trigger): DraftTrigger {
  const held = trigger as { hour?: number; days?: number; idle_days?: number | null; fields?: readonly string[] };
  return {
    kind: trigger.kind,
    fields: held.fields ?? [],
    hour: held.hour ?? 9,
    days: held.days ?? 3,
    isIdle: typeof held.idle_days === "number",
    idleDays: held.idle_days ?? 30,
  };
}

function writeTrigger({ kind, fields, hour, days, isIdle, idleDays }: DraftTrigger): Tree {
  switch (kind) {
    case "item_changed":
      return { kind, fields };
    case "schedule":
      // Nothing typed is wrong, and not "without waiting": the server says so of 0.
      return { kind, hour, idle_days: isIdle ? (idleDays ?? 0) : null };
    case "due_soon":
      return filled({ kind, days, hour });
    default:
      return { kind };
  }
}

const KNOWN = new Set<string>([
  "set_state",
  "close",
  "archive",
  "set_priority",
  "set_start_date",
  "set_target_date",
  "set_estimate",
  "add_labels",
  "remove_labels",
  "add_assignees",
  "remove_assignees",
  "assign",
  "add_to_cycle",
  "add_to_module",
  "add_comment",
  "notify",
] satisfies ActionKind[]);

function readAction(action: Action): DraftAction {
  const blank = blankAction(action.kind);
  if (!KNOWN.has(action.kind)) return { ...blank, unknown: action };
  switch (action.kind) {
    case "set_state":
      return { ...blank, state: action.state };
    case "set_priority":
      return { ...blank, priority: action.priority };
    case "set_start_date":
    case "set_target_date":
      return { ...blank, clears: action.days === null, days: action.days ?? blank.days };
    case "set_estimate":
      return { ...blank, point: action.estimate_point };
    case "add_labels":
    case "remove_labels":
      return { ...blank, labels: action.labels };
    case "add_assignees":
    case "remove_assignees":
      return { ...blank, people: action.assignees };
    case "assign":
      return { ...blank, policy: action.policy, people: action.members ?? [] };
    case "add_to_cycle":
      return { ...blank, cycle: action.cycle };
    case "add_to_module":
      return { ...blank, module: action.module };
    case "add_comment":
      return { ...blank, html: action.comment_html };
    case "notify":
      return { ...blank, to: action.to ?? [], people: action.members ?? [], message: action.message };
    default:
      return blank;
  }
}

function writeAction(draft: DraftAction): Tree {
  const { kind, people } = draft;
  if (draft.unknown) return draft.unknown as unknown as Tree;
  switch (kind) {
    case "set_state":
      return filled({ kind, state: draft.state });
    case "set_priority":
      return { kind, priority: draft.priority };
    case "set_start_date":
    case "set_target_date":
      return draft.clears ? { kind, days: null } : filled({ kind, days: draft.days });
    case "set_estimate":
      return { kind, estimate_point: draft.point };
    case "add_labels":
    case "remove_labels":
      return filled({ kind, labels: draft.labels });
    case "add_assignees":
    case "remove_assignees":
      return filled({ kind, assignees: people });
    case "assign":
      return filled({ kind, policy: draft.policy, members: draft.policy === "default_assignee" ? null : people });
    case "add_to_cycle":
      return filled({ kind, cycle: draft.cycle });
    case "add_to_module":
      return filled({ kind, module: draft.module });
    case "add_comment":
      return filled({ kind, comment_html: draft.html });
    case "notify":
      return filled({ kind, to: draft.to, members: people, message: draft.message.trim() });
    default:
      return { kind };
  }
}

function filled(body: Tree): Tree {
  const isEmpty = (value: unknown) => value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value)));
}

export function withAction(draft: Draft, key: string, change: Partial<DraftAction>): Draft {
  return { ...draft, actions: draft.actions.map((action) => (action.key === key ? { ...action, ...change } : action)) };
}

export function movedAction(draft: Draft, key: string, by: 1 | -1): Draft {
  const from = draft.actions.findIndex((action) => action.key === key);
  const action = draft.actions[from];
  const to = from + by;
  if (!action || to < 0 || to >= draft.actions.length) return draft;
  return { ...draft, actions: draft.actions.toSpliced(from, 1).toSpliced(to, 0, action) };
}

/** What is typed as the comment that it becomes: a paragraph for each line. */
export function htmlOfText(text: string): string {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped.trim() === ""
    ? ""
    : escaped
        .split("\n")
        .map((line) => `<p>${line}</p>`)
        .join("");
}
