/** Notifications by the item that they are about: one line for each item. */

import type { Id } from "../../sync/rows.ts";
import type { Notification } from "./remote.ts";

export interface Group {
  readonly item: Id;
  /** The newest first; at least one. */
  readonly rows: readonly Notification[];
  readonly newest: Notification;
  readonly unread: number;
}

/** The item of which something happened last comes first. `rows` are the newest first. */
export function groupsOf(rows: readonly Notification[]): readonly Group[] {
  const byItem = new Map<Id, Notification[]>();
  for (const row of rows) {
    const there = byItem.get(row.issue.id);
    if (there) there.push(row);
    else byItem.set(row.issue.id, [row]);
  }
  return [...byItem].flatMap(([item, own]) => {
    const [newest] = own;
    return newest ? [{ item, rows: own, newest, unread: own.filter(({ read_at }) => !read_at).length }] : [];
  });
}

/** Why one was told of any of it, the strongest reason first. */
export function reasonOf({ rows }: Group): Notification["reasons"][number] {
  const order = ["mentioned", "assigned", "created", "subscribed"] as const;
  return order.find((reason) => rows.some(({ reasons }) => reasons.includes(reason))) ?? "subscribed";
}

/** Whether all that is told of the item is that it was deleted: nothing else of it is shown any more. */
export function isDeleted({ rows }: Group): boolean {
  return rows.every(({ entity, verb }) => entity === "work_item" && verb === "deleted");
}

/** Put away for good: it comes back only by being moved back. */
export function isArchived({ newest }: Group): boolean {
  return Boolean(newest.archived_at);
}

export function keyOfItem({ newest: { issue } }: Group): string {
  return `${issue.project_identifier}-${issue.sequence_id}`;
}
