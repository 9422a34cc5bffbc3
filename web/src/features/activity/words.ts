/** What happened to an item, in plain words. */

import { dayLabel } from "../../lib/dates.ts";
import type { Activity } from "../detail/remote.ts";

/** A sentence without its subject: words, and what stands out in them. */
export interface Told {
  readonly words: string;
  /** What it was changed to, or what came or went. */
  readonly value?: string;
  /** What it was before. */
  readonly before?: string;
  /** The item, label or person that it is about. */
  readonly about?: string | null;
}

const NAMES: Record<string, string> = {
  name: "title",
  state: "state",
  priority: "priority",
  type: "type",
  point: "estimate",
  start_date: "start date",
  target_date: "due date",
  parent: "parent",
};

/** What is said when a relation comes, and its name when it goes. */
const RELATIONS: Record<string, readonly [string, string]> = {
  blocking: ["set it to block", "blocks"],
  blocked_by: ["set it as blocked by", "blocked by"],
  duplicate: ["set it as a duplicate of", "duplicate of"],
  relates_to: ["related it to", "related to"],
  start_after: ["set it to start after", "starts after"],
  start_before: ["set it to start before", "starts before"],
  finish_after: ["set it to finish after", "finishes after"],
  finish_before: ["set it to finish before", "finishes before"],
  implements: ["set it to implement", "implements"],
  implemented_by: ["set it as implemented by", "implemented by"],
};

export type Change = Pick<Activity, "field" | "verb" | "old_value" | "new_value" | "old_identifier" | "new_identifier">;

export function tell(activity: Change): Told {
  const { field, verb } = activity;
  const before = activity.old_value || undefined;
  const now = activity.new_value || undefined;
  switch (field) {
    case null:
    case undefined:
      return { words: verb === "created" ? "created the item" : "changed the item" };
    case "description":
      return { words: "changed the description" };
    case "assignees":
      return now ? said("assigned", now, activity.new_identifier) : said("unassigned", before, activity.old_identifier);
    case "labels":
      return now
        ? said("added the label", now, activity.new_identifier)
        : said("removed the label", before, activity.old_identifier);
    case "is_draft":
      return { words: "published the item" };
    case "archived_at":
      return { words: now === "restore" ? "brought the item back from the archive" : "archived the item" };
    case "link":
      return link(verb, before, now);
    case "attachment":
      return verb === "created" ? said("attached", now) : said("removed the file", before);
    default:
      return field in RELATIONS ? relation(field, activity, before, now) : property(field, before, now);
  }
}

/** An event of the log with what it changed, as notifications have it. */
export interface LoggedEvent {
  readonly entity: string;
  readonly verb: string;
  readonly changes: readonly {
    readonly field: string;
    readonly old_value: unknown;
    readonly new_value: unknown;
    readonly old_identifier?: string | null;
    readonly new_identifier?: string | null;
  }[];
  /** Whether it mentions who is told. */
  readonly mentions: boolean;
}

const COMMENT: Record<string, string> = {
  created: "commented",
  updated: "changed a comment",
  deleted: "deleted a comment",
};

const INTAKE: Record<string, string> = {
  accepted: "accepted the request",
  declined: "declined the request",
  snoozed: "put the request off",
  marked_duplicate: "called the request a duplicate",
  reopened: "opened the request again",
};

/** All that happened in one event, to who is told of it (`me`); at least one sentence. */
export function tellEvent(event: LoggedEvent, me: string): readonly Told[] {
  const { entity, verb, changes, mentions } = event;
  const mention = mentions ? " and mentioned you" : "";
  if (entity === "comment") {
    if (mentions && verb !== "deleted") return [{ words: "mentioned you in a comment" }];
    return [{ words: COMMENT[verb] ?? "changed a comment" }];
  }
  if (entity === "automation") return [{ words: "tells you" }];
  if (entity === "intake_item") return [{ words: INTAKE[verb] ?? "changed the request" }];
  if (entity === "work_item" && verb !== "updated") {
    return [{ words: verb === "deleted" ? "deleted the item" : `created the item${mention}` }];
  }
  const told = changes.map((change) => toldTo(me, tell(asActivity(verb, change))));
  if (mentions) told.unshift({ words: "mentioned you in the description" });
  return told.length > 0 ? told : [tellNothing(entity, verb)];
}

/** Of something that one may not see more of, or that is no more. */
function tellNothing(entity: string, verb: string): Told {
  if (entity === "relation") return { words: verb === "deleted" ? "ended a relation" : "related the item" };
  return { words: "changed the item" };
}

function toldTo(me: string, told: Told): Told {
  const isMe = told.about === me && (told.words === "assigned" || told.words === "unassigned");
  return isMe ? { words: `${told.words} you` } : told;
}

function asActivity(verb: string, change: LoggedEvent["changes"][number]): Change {
  const { field, old_value, new_value, old_identifier, new_identifier } = change;
  const base = { field, verb, old_identifier: old_identifier ?? null, new_identifier: new_identifier ?? null };
  if (field === "archived_at") return { ...base, old_value: null, new_value: new_value ? "archive" : "restore" };
  return { ...base, old_value: textOf(old_value), new_value: textOf(new_value) };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The same in a line of plain text. */
export function sentence({ words, value, before }: Told): string {
  return [words, value, before && `(was ${before})`].filter(Boolean).join(" ");
}

function said(words: string, value?: string, about?: string | null): Told {
  return { words, ...(value ? { value } : {}), ...(about ? { about } : {}) };
}

function link(verb: string, before?: string, now?: string): Told {
  if (verb === "created") return said("added the link", now);
  return verb === "deleted" ? said("removed the link", before) : said("changed the link", now ?? before);
}

function relation(field: string, activity: Change, before?: string, now?: string): Told {
  const [began, name] = RELATIONS[field] ?? ["related it to", field];
  const about = activity.old_identifier ?? activity.new_identifier ?? null;
  if (now) return { words: began, value: now, about };
  return { words: `removed “${name}”`, ...(before ? { value: before } : {}), about };
}

function property(field: string, before?: string, now?: string): Told {
  const name = NAMES[field] ?? field.replaceAll("_", " ");
  const [old, value] = [before, now].map((text) => text && shown(field, text));
  if (!value) return { words: `removed the ${name}`, ...(old ? { before: old } : {}) };
  if (field === "name") return { words: "renamed it to", value };
  return { words: `set the ${name} to`, value, ...(old ? { before: old } : {}) };
}

function shown(field: string, value: string): string {
  if (field.endsWith("_date")) return dayLabel(value.slice(0, 10));
  return field === "priority" ? (value === "none" ? "no priority" : value) : value;
}

/** A burst of saves of one text by one person is one line. */
const BURST = 30 * 60_000;

/** The oldest first, repeated saves of the text as one. */
export function condensed<T extends Change & Pick<Activity, "id" | "actor" | "created_at">>(
  newestFirst: readonly T[],
): T[] {
  const kept: T[] = [];
  for (const activity of [...newestFirst].reverse()) {
    const last = kept.at(-1);
    const isBurst =
      last !== undefined &&
      activity.field === "description" &&
      last.field === "description" &&
      last.actor === activity.actor &&
      Date.parse(activity.created_at) - Date.parse(last.created_at) < BURST;
    if (isBurst) kept[kept.length - 1] = activity;
    else kept.push(activity);
  }
  return kept;
}
