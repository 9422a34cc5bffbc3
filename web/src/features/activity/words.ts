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

type Change = Pick<Activity, "field" | "verb" | "old_value" | "new_value" | "old_identifier" | "new_identifier">;

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
