/** What webhooks can be told of (docs/webhooks.md, "Nouns and verbs"): patterns of a noun and a verb, in words. */

import type { PickerOption } from "../../ui/picker.tsx";

const LISTED = ["created", "updated", "deleted"];
const WHOLE = [...LISTED, "restored"];
const SHELVED = [...WHOLE, "archived", "unarchived"];
const LINKED = ["created", "deleted"];

/** By noun: what it is called, and what happens to it. The API does not list them; the tests ask the server about each. */
export const NOUNS: Readonly<Record<string, readonly [words: string, verbs: readonly string[]]>> = {
  work_item: ["Work item", [...WHOLE, "moved"]],
  comment: ["Comment", WHOLE],
  project: ["Project", SHELVED],
  cycle: ["Cycle", [...SHELVED, "transferred", "completed"]],
  cycle_item: ["Item in a cycle", LISTED],
  module: ["Module", SHELVED],
  module_item: ["Item in a module", LINKED],
  module_link: ["Link of a module", LISTED],
  page: ["Page", [...SHELVED, "moved"]],
  view: ["View", LISTED],
  intake_item: ["Intake request", [...WHOLE, "accepted", "declined", "snoozed", "reopened", "marked_duplicate"]],
  link: ["Link of an item", [...LISTED, "previewed"]],
  attachment: ["Attachment", LINKED],
  relation: ["Relation", LINKED],
  reaction: ["Reaction", LINKED],
  vote: ["Vote", LISTED],
  automation: ["Automation", [...LISTED, "paused"]],
  state: ["State", LISTED],
  label: ["Label", LISTED],
  estimate: ["Estimate", LISTED],
  estimate_point: ["Value of an estimate", LISTED],
  work_item_type: ["Work item type", ["created", "enabled"]],
  cycle_settings: ["Cycle settings", ["updated"]],
  intake: ["Intake", ["created"]],
  project_member: ["Project member", LISTED],
  workspace: ["Workspace", ["created", "updated"]],
  workspace_member: ["Workspace member", [...LISTED, "imported", "profile_updated"]],
  invitation: ["Invitation", [...LISTED, "accepted"]],
  webhook: ["Webhook", [...LISTED, "secret_rotated", "disabled"]],
};

/** Verbs that say little by themselves. */
const VERBS: Readonly<Record<string, string>> = {
  updated: "changed",
  unarchived: "taken out of the archive",
  marked_duplicate: "marked as a duplicate",
  profile_updated: "changed in the profile",
  secret_rotated: "given a new secret",
  disabled: "given up by the server",
  moved: "moved elsewhere",
};

/** The nouns that bodies name otherwise. */
const IN_BODIES: Readonly<Record<string, string>> = { issue: "work_item", issue_comment: "comment" };

export const EVERYTHING = "*";

/** What a delivery tells of: "Work item changed". */
export function eventWords(event: string, action: string): string {
  if (event === "ping") return "Test";
  return `${nounWords(IN_BODIES[event] ?? event)} ${verbWords(action)}`;
}

/** A pattern in words; what is none stays as it is. */
export function patternWords(pattern: string): string {
  if (pattern === EVERYTHING || pattern === "*.*") return "Everything that happens";
  const [noun = "", verb = "", ...rest] = pattern.split(".");
  const nouns = Object.keys(NOUNS).filter((each) => noun === "*" || noun === each);
  const isKnown = verb === "*" ? nouns.length > 0 : nouns.some((each) => NOUNS[each]?.[1].includes(verb));
  if (!isKnown || rest.length > 0) return pattern;
  if (noun === "*") return `Anything ${verbWords(verb)}`;
  if (verb === "*") return `${nounWords(noun)}: anything`;
  return `${nounWords(noun)} ${verbWords(verb)}`;
}

/** All that can be chosen, by noun. */
export function eventOptions(): readonly PickerOption[] {
  const option = (id: string, group?: string): PickerOption => ({ id, group, label: patternWords(id), keywords: id });
  return [
    option(EVERYTHING),
    ...Object.entries(NOUNS).flatMap(([noun, [words, verbs]]) => [
      ...(verbs.length > 1 ? [option(`${noun}.*`, words)] : []),
      ...verbs.map((verb) => option(`${noun}.${verb}`, words)),
    ]),
  ];
}

/** Whether somebody who types this means a pattern of his own. Whether it is one, the server says. */
export function isLikePattern(query: string): boolean {
  return /^[\w*]+\.[\w*]+$/.test(query);
}

function nounWords(noun: string): string {
  return NOUNS[noun]?.[0] ?? noun.replaceAll("_", " ");
}

function verbWords(verb: string): string {
  return VERBS[verb] ?? verb.replaceAll("_", " ");
}
