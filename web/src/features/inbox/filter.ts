/** Which notifications are shown: said in the address, asked of the server, and known of each row that is held here. */

import * as v from "valibot";
import type { Id } from "../../sync/rows.ts";
import type { Notification } from "./remote.ts";

export const REASONS = ["assigned", "created", "subscribed"] as const;
export type Reason = (typeof REASONS)[number];

export interface Filter {
  readonly mentions: boolean;
  /** None: whatever the reason. */
  readonly reasons: readonly Reason[];
  readonly unread: boolean;
  readonly project: Id | null;
  readonly place: "inbox" | "snoozed" | "archived";
}

/** Words that it does not know are passed over, so an old link still opens. */
export const inboxSearchSchema = v.object({
  tab: v.fallback(v.optional(v.literal("mentions")), undefined),
  reason: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(100))), undefined),
  unread: v.fallback(v.optional(v.boolean()), undefined),
  project: v.fallback(v.optional(v.pipe(v.string(), v.uuid())), undefined),
  show: v.fallback(v.optional(v.picklist(["snoozed", "archived"])), undefined),
});

export type InboxSearch = v.InferOutput<typeof inboxSearchSchema>;

export const everything: Filter = { mentions: false, reasons: [], unread: false, project: null, place: "inbox" };

export function readFilter({ tab, reason, unread, project, show }: InboxSearch): Filter {
  const words = reason?.split(",") ?? [];
  return {
    mentions: tab === "mentions",
    reasons: tab === "mentions" ? [] : REASONS.filter((known) => words.includes(known)),
    unread: unread ?? false,
    project: project ?? null,
    place: show ?? "inbox",
  };
}

/** What is as usual is left out. */
export function writeFilter({ mentions, reasons, unread, project, place }: Filter): InboxSearch {
  return {
    tab: mentions ? "mentions" : undefined,
    reason: mentions || reasons.length === 0 ? undefined : reasons.join(","),
    unread: unread || undefined,
    project: project ?? undefined,
    show: place === "inbox" ? undefined : place,
  };
}

/** Besides the tab. */
export function isNarrowed({ reasons, unread, project, place }: Filter): boolean {
  return reasons.length > 0 || unread || project !== null || place !== "inbox";
}

/** As the server is asked. */
export function queryOf({ mentions, reasons, unread, project, place }: Filter) {
  const type = mentions ? "mentioned" : reasons.join(",");
  return {
    ...(type ? { type } : {}),
    ...(unread ? { read: false } : {}),
    ...(project ? { project } : {}),
    ...(place === "snoozed" ? { snoozed: true } : {}),
    ...(place === "archived" ? { archived: true } : {}),
  };
}

/** Whether the row belongs to what the filter asks for, as the server would say. */
export function fitsFilter(filter: Filter, row: Notification, now: number = Date.now()): boolean {
  return isAt(filter.place, row, now) && (!filter.unread || !row.read_at) && isAbout(filter, row);
}

function isAbout({ mentions, reasons, project }: Filter, row: Notification): boolean {
  if (project !== null && row.project !== project) return false;
  if (mentions) return row.reasons.includes("mentioned");
  return reasons.length === 0 || reasons.some((reason) => row.reasons.includes(reason));
}

function isAt(place: Filter["place"], { archived_at, snoozed_till }: Notification, now: number): boolean {
  if (place === "archived") return Boolean(archived_at);
  const isPutOff = Boolean(snoozed_till) && Date.parse(snoozed_till ?? "") > now;
  return !archived_at && isPutOff === (place === "snoozed");
}

/** Whether it is one of those that the unread counts count. */
export function isWaiting(row: Notification, now: number = Date.now()): boolean {
  return !row.read_at && isAt("inbox", row, now);
}
