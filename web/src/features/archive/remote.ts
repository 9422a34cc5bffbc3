/** Archived items: not synced, so asked of the API. */

import { answer, type Schemas } from "../../api/client.ts";
import { request } from "../../api/request.ts";
import type { Id, Priority, WorkItem } from "../../sync/rows.ts";

export type Archived = Schemas["WorkItem"];

export interface Page {
  readonly items: readonly Archived[];
  readonly total: number;
  /** Where it goes on; null: this was the last. */
  readonly next: string | null;
}

const AT_ONCE = 100;

export async function readArchived(slug: string, project: Id, cursor: string | null): Promise<Page> {
  const query = new URLSearchParams({ per_page: String(AT_ONCE), order_by: "-updated_at" });
  if (cursor) query.set("cursor", cursor);
  const url = `${location.origin}/api/v1/workspaces/${slug}/projects/${project}/archived-work-items/?${query}`;
  const page = await answer(read(new Request(url, { credentials: "same-origin" })));
  return {
    items: page.results,
    total: page.total_results,
    next: page.next_page_results ? page.next_cursor : null,
  };
}

async function read(asked: Request): Promise<{ data: Schemas["PageOf_WorkItem"]; error: unknown; response: Response }> {
  const response = await request(asked);
  const body: unknown = await response.json().catch(() => null);
  return { data: body as Schemas["PageOf_WorkItem"], error: body, response };
}

/** As it is seen until the server's row is here. */
export function rowOf(item: Archived): WorkItem {
  return {
    id: item.id,
    version: 0,
    project: item.project,
    sequence_id: item.sequence_id,
    name: item.name,
    state: item.state,
    priority: item.priority as Priority,
    assignees: item.assignees,
    labels: item.labels,
    parent: item.parent ?? null,
    type: item.type_id ?? null,
    estimate_point: item.estimate_point ?? null,
    point: item.point ?? null,
    start_date: item.start_date ?? null,
    target_date: item.target_date ?? null,
    completed_at: item.completed_at ?? null,
    archived_at: item.archived_at ?? null,
    sort_order: item.sort_order,
    created_at: item.created_at,
    updated_at: item.updated_at,
    created_by: item.created_by ?? null,
    sub_items_count: 0,
    sub_items_done: 0,
    link_count: 0,
    attachment_count: 0,
    cycle: null,
    modules: [],
  };
}
