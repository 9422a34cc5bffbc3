/** What a rule did, or would have done, in words. Pure, like the sentence. */

import type { Effect, Run } from "./rule.ts";
import { audience, dayWords, listed, type Names, type Noun, named, PRIORITY_WORDS, plural } from "./words.ts";

export const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  done: "Done",
  nothing: "Nothing to change",
  failed: "Failed",
  stopped: "Stopped",
};

/** Each effect as a phrase of its own. */
export function effectWords({ action, result, value }: Effect, names: Names): string {
  if (result === "unknown") return `${subjectOf(action)}: cannot be known`;
  if (result === "missing") return `${subjectOf(action)}: what it names is gone`;
  const said = valueWords(action, value, names);
  if (result === "unchanged") return unchanged(action, said, value);
  switch (action) {
    case "close":
    case "set_state":
      return `state set to ${said}`;
    case "set_priority":
      return `priority set to ${said}`;
    case "set_start_date":
      return value === null ? "start date cleared" : `start date set to ${said}`;
    case "set_target_date":
      return value === null ? "due date cleared" : `due date set to ${said}`;
    case "set_estimate":
      return value === null ? "estimate cleared" : `estimate set to ${said}`;
    case "add_labels":
      return `${plural("label", idsOf(value))} ${said} added`;
    case "remove_labels":
      return `${plural("label", idsOf(value))} ${said} removed`;
    case "add_assignees":
    case "assign":
      return `assigned to ${said}`;
    case "remove_assignees":
      return `${said} taken off it`;
    case "add_to_cycle":
      return `put into cycle ${said}`;
    case "add_to_module":
      return `put into module ${said}`;
    case "add_comment":
      return "comment written";
    case "archive":
      return "archived";
    case "notify":
      return `told ${said}`;
    default:
      return action.replaceAll("_", " ");
  }
}

function unchanged(action: string, said: string, value: unknown): string {
  switch (action) {
    case "archive":
      return "not archived: it is not finished";
    case "assign":
      return `${said} works on it already`;
    case "set_start_date":
    case "set_target_date":
      return `${subjectOf(action)} stays`;
    case "set_estimate":
      return value === null ? "no estimate to clear" : `estimate was ${said} already`;
    case "set_state":
    case "close":
    case "set_priority":
      return `${subjectOf(action)} was ${said} already`;
    default:
      return `${subjectOf(action)}: nothing to change`;
  }
}

const SUBJECTS: Readonly<Record<string, string>> = {
  set_state: "state",
  close: "state",
  set_priority: "priority",
  set_start_date: "start date",
  set_target_date: "due date",
  set_estimate: "estimate",
  add_labels: "labels",
  remove_labels: "labels",
  add_assignees: "assignees",
  remove_assignees: "assignees",
  assign: "assignee",
  add_to_cycle: "cycle",
  add_to_module: "module",
  add_comment: "comment",
  notify: "notice",
  archive: "archive",
};

const subjectOf = (action: string): string => SUBJECTS[action] ?? action.replaceAll("_", " ");

const NOUNS: Readonly<Record<string, Noun>> = {
  set_state: "state",
  close: "state",
  set_estimate: "point",
  add_labels: "label",
  remove_labels: "label",
  add_assignees: "person",
  remove_assignees: "person",
  assign: "person",
  add_to_cycle: "cycle",
  add_to_module: "module",
};

function valueWords(action: string, value: unknown, names: Names): string {
  const noun = NOUNS[action];
  const ids = idsOf(value);
  if (noun) {
    return listed(
      ids.map((id) => named(noun, id, names)),
      "and",
    );
  }
  if (action === "notify") {
    const { to, members } = (value ?? {}) as { to?: readonly string[]; members?: readonly string[] };
    return audience(to, members, names);
  }
  const [word = ""] = ids;
  return /^\d{4}-\d{2}-\d{2}$/.test(word) ? dayWords(word) : (PRIORITY_WORDS[word] ?? word);
}

function idsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === "string");
}

/** All that became of one item, as a sentence. */
export function effectsWords(effects: Run["effects"], names: Names): string {
  const text = effects.map((effect) => effectWords(effect, names)).join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export interface Conflict {
  readonly entity: string;
  readonly field: string;
  readonly actor: string | null;
  readonly at: string;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  target_date: "due date",
  estimate_point: "estimate",
  deleted_at: "whether it is there",
  archived_at: "whether it is archived",
  comment_html: "text of the comment",
};

/** What was touched since, so that it cannot be taken back: each once. */
export function conflictWords(conflicts: readonly Conflict[], names: Names): string {
  const said = conflicts.map(({ field, actor }) => {
    const what = FIELD_WORDS[field] ?? field.replace(/_id$/, "").replaceAll("_", " ");
    return `${what} (${actor === null ? "by an automation" : `by ${named("person", actor, names)}`})`;
  });
  return listed([...new Set(said)], "and");
}
