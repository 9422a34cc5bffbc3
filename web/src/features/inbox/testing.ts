/** Notifications for tests. */

import type { Notification } from "./remote.ts";

let count = 0;

/** `at`: in minutes. */
export function notification(item: string, at: number, part: Partial<Notification> = {}): Notification {
  return {
    id: `n${++count}`,
    created_at: moment(at),
    happened_at: moment(at),
    event: `e${count}`,
    entity: "work_item",
    entity_identifier: item,
    verb: "updated",
    actor: "bob",
    changes: [],
    comment_html: null,
    reasons: ["subscribed"],
    read_at: null,
    archived_at: null,
    snoozed_till: null,
    issue: { id: item, name: item, sequence_id: 1, project_identifier: "ENG", state: "s", priority: "none" },
    project: "p1",
    workspace: "w",
    ...part,
  };
}

export function moment(minutes: number): string {
  return new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();
}
