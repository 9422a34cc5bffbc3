/** What a rule does, in one sentence. Pure: the names behind ids are given. */

import type { Id } from "../../sync/rows.ts";
import type { Action, Parts, Tree, Trigger } from "./rule.ts";
import { hasOperator, isTree, isTrees, operatorOf } from "./tree.ts";

export type Noun = "state" | "label" | "person" | "cycle" | "module" | "point" | "item" | "type";
/** Stands for what is not chosen yet, while a rule is written. */
const OPEN = "…";

/** What something is called; undefined: it is not there any more. */
export type Names = (noun: Noun, id: Id) => string | undefined;

/** The fields of `item_changed`, with how they are said: what changes, and whether it is several. */
export const WATCHED: readonly (readonly [field: string, said: string, several?: boolean])[] = [
  ["state", "the state"],
  ["priority", "the priority"],
  ["assignees", "assignees", true],
  ["labels", "labels", true],
  ["target_date", "the due date"],
  ["start_date", "the start date"],
  ["estimate_point", "the estimate"],
  ["point", "the points"],
  ["cycles", "the cycle"],
  ["modules", "modules", true],
  ["parent", "the parent"],
  ["type", "the type"],
  ["name", "the title"],
  ["description", "the description"],
];

export const PRIORITY_WORDS: Readonly<Record<string, string>> = {
  urgent: "Urgent",
  high: "High",
  medium: "Medium",
  low: "Low",
  none: "None",
};

export const AUDIENCE_WORDS = { assignees: "its assignees", subscribers: "its followers", creator: "its creator" };

export function sentence({ trigger, filters, actions }: Parts, names: Names): string {
  const asked = whereWords(filters, names);
  const done = actions.map((action) => actionWords(action, names)).join(", ");
  return `${whenWords(trigger)}${asked && `, if ${asked}`}: ${done || "nothing yet"}`;
}

export function whenWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case "item_created":
      return "When an item is created";
    case "comment_added":
      return "When somebody comments";
    case "item_changed":
      return changedWords(trigger.fields ?? []);
    case "schedule": {
      const daily = `Every day at ${hourWords(trigger.hour)}`;
      return trigger.idle_days
        ? `${daily}, on items that nobody changed for ${counted(trigger.idle_days, "day")}`
        : daily;
    }
    case "due_soon":
      return trigger.days === 0
        ? `On the day an item is due, at ${hourWords(trigger.hour)}`
        : `When an item is due in ${daysWords(trigger.days)} or less, at ${hourWords(trigger.hour)}`;
    default:
      return "At a time that this page does not know";
  }
}

function changedWords(fields: readonly string[]): string {
  if (fields.length === 0) return "When anything about an item changes";
  const known = fields.map((field) => WATCHED.find(([name]) => name === field) ?? ([field, field] as const));
  const several = known.length > 1 || known[0]?.[2] === true;
  const said = listed(
    known.map(([, words]) => words),
    "or",
  );
  return `When ${said} ${several ? "change" : "changes"}`;
}

/** 9 is the hour of rules that say none. */
export function hourWords(hour = 9): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** The conditions; empty: every item. */
export function whereWords(tree: Tree, names: Names): string {
  const parts = Object.entries(tree).map(([word, value]) => {
    const operator = operatorOf(word);
    if ((operator === "and" || operator === "or") && isTrees(value)) return joined(operator, value, names);
    if (operator === "not" && isTree(value)) return notWords(value, names);
    return leafWords(word, value, false, names);
  });
  return parts.join(" and ");
}

function joined(operator: "and" | "or", trees: readonly Tree[], names: Names): string {
  const one = (tree: Tree) => {
    const words = whereWords(tree, names);
    const other = operator === "and" ? "or" : "and";
    const isGroup = hasOperator(tree, other) || (operator === "or" && Object.keys(tree).length > 1);
    return isGroup && trees.length > 1 ? `(${words})` : words;
  };
  return trees.map(one).join(` ${operator} `);
}

function notWords(tree: Tree, names: Names): string {
  const entries = Object.entries(tree);
  const [word = "", value] = entries[0] ?? [];
  const isGroup = entries.length !== 1 || operatorOf(word) !== null;
  return isGroup ? `not (${whereWords(tree, names)})` : leafWords(word, value, true, names);
}

const ASKED: Readonly<Record<string, readonly [subject: string, noun?: Noun]>> = {
  state_id: ["state", "state"],
  state_group: ["state"],
  priority: ["priority"],
  assignee_id: ["assignee", "person"],
  label_id: ["label", "label"],
  created_by_id: ["creator", "person"],
  parent_id: ["parent", "item"],
  type_id: ["type", "type"],
  cycle_id: ["cycle", "cycle"],
  module_id: ["module", "module"],
  start_date: ["start date"],
  target_date: ["due date"],
  created_at: ["created"],
  updated_at: ["last changed"],
  completed_at: ["completed"],
};

const GROUP_WORDS: Readonly<Record<string, string>> = {
  backlog: "in the backlog",
  unstarted: "not started",
  started: "started",
  completed: "completed",
  cancelled: "cancelled",
};

function leafWords(word: string, value: unknown, isNot: boolean, names: Names): string {
  const [field = "", lookup = "exact"] = word.split("__");
  const [subject, noun] = ASKED[field] ?? [field.replaceAll("_", " ")];
  const values = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
  if (lookup === "isnull" || (values.length === 1 && value === null)) return `it has ${isNot ? "a" : "no"} ${subject}`;
  const said = values.map((each) => valueWords(field, noun, each, names));
  const [first = "", last = ""] = said;
  const is = isNot ? "is not" : "is";
  switch (lookup) {
    case "lt":
      return `${subject} ${is} before ${first}`;
    case "lte":
      return `${subject} ${is} ${first} or before`;
    case "gt":
      return `${subject} ${is} after ${first}`;
    case "gte":
      return `${subject} ${is} ${first} or after`;
    case "range":
      return `${subject} ${is} from ${first} to ${last}`;
    default:
      return `${subject} ${is} ${listed(said, "or") || OPEN}`;
  }
}

function valueWords(field: string, noun: Noun | undefined, value: unknown, names: Names): string {
  if (typeof value !== "string") return "empty";
  if (value === "") return OPEN;
  if (noun) return named(noun, value, names);
  if (field === "priority") return PRIORITY_WORDS[value] ?? value;
  if (field === "state_group") return GROUP_WORDS[value] ?? value;
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? dayWords(value) : value;
}

export function actionWords(action: Action, names: Names): string {
  const some = (noun: Noun, ids: readonly Id[] | undefined, word: "and" | "or" = "and") =>
    listed(
      (ids ?? []).map((id) => named(noun, id, names)),
      word,
    ) || OPEN;
  switch (action.kind) {
    case "set_state":
      return `set state to ${named("state", action.state, names)}`;
    case "close":
      return "close it";
    case "archive":
      return "archive it";
    case "set_priority":
      return `set priority to ${PRIORITY_WORDS[action.priority] ?? action.priority}`;
    case "set_start_date":
      return dateWords("start date", action.days);
    case "set_target_date":
      return dateWords("due date", action.days);
    case "set_estimate":
      return action.estimate_point
        ? `set estimate to ${named("point", action.estimate_point, names)}`
        : "clear the estimate";
    case "add_labels":
      return `add ${plural("label", action.labels ?? 1)} ${some("label", action.labels)}`;
    case "remove_labels":
      return `remove ${plural("label", action.labels ?? 1)} ${some("label", action.labels)}`;
    case "add_assignees":
      return `assign ${some("person", action.assignees)}`;
    case "remove_assignees":
      return `take ${some("person", action.assignees)} off it`;
    case "assign":
      if (action.policy === "default_assignee") return "assign who gets new items of the project";
      return action.policy === "round_robin"
        ? `assign ${some("person", action.members, "or")} in turn`
        : `assign who has the least to do of ${some("person", action.members)}`;
    case "add_to_cycle":
      return `put it into cycle ${named("cycle", action.cycle, names)}`;
    case "add_to_module":
      return `put it into module ${named("module", action.module, names)}`;
    case "add_comment":
      return `comment “${shortened(textOfHtml(action.comment_html))}”`;
    case "notify":
      return `tell ${audience(action.to, action.members, names)} “${shortened(action.message)}”`;
    default:
      return "something that this page does not know";
  }
}

export function audience(to: readonly string[] | undefined, members: readonly Id[] | undefined, names: Names): string {
  const groups = (to ?? []).map((word) => AUDIENCE_WORDS[word as keyof typeof AUDIENCE_WORDS] ?? word);
  const people = (members ?? []).map((id) => named("person", id, names));
  return listed([...groups, ...people], "and") || "nobody";
}

function dateWords(subject: string, days: number | null | undefined): string {
  if (days === null) return `clear the ${subject}`;
  if (days === 0) return `set the ${subject} to the same day`;
  return `set the ${subject} to ${daysWords(days)} later`;
}

function daysWords(days: number | undefined): string {
  return days === undefined ? `${OPEN} days` : counted(days, "day");
}

const GONE: Readonly<Record<Noun, string>> = {
  state: "a deleted state",
  label: "a deleted label",
  person: "somebody who left",
  cycle: "a deleted cycle",
  module: "a deleted module",
  point: "a deleted estimate",
  item: "a deleted item",
  type: "a deleted type",
};

export function named(noun: Noun, id: Id | undefined, names: Names): string {
  return id ? (names(noun, id) ?? GONE[noun]) : OPEN;
}

/** Ada, Bob and Eve. Of many the first, and how many more. */
export function listed(words: readonly string[], joining: "and" | "or"): string {
  const many = words.length > 5;
  const shown = many ? [...words.slice(0, 4), `${words.length - 4} others`] : words;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} ${joining} ${shown.at(-1)}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${plural(noun, count)}`;
}

export function plural(noun: string, count: number | readonly unknown[]): string {
  return (typeof count === "number" ? count : count.length) === 1 ? noun : `${noun}s`;
}

const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A civil date, always with its year: a rule stays for long. */
export function dayWords(day: string): string {
  return days.format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

function shortened(text: string | undefined): string {
  if (!text) return OPEN;
  const one = text.replace(/\s+/g, " ").trim();
  return one.length > 60 ? `${one.slice(0, 59).trimEnd()}…` : one;
}

/** The words of a comment without its marks. */
export function textOfHtml(html = ""): string {
  const spaced = html.replace(/<br\s*\/?>(?!$)/gi, "\n").replace(/<\/(p|li|h\d|div|blockquote)>(?=.)/gi, "\n");
  const plain = spaced.replace(/<[^>]*>/g, "");
  return plain.replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};
