/** Notifications, asked of the API: they are not synced. */

import { answer, api, type Schemas } from "../../api/client.ts";
import type { Id } from "../../sync/rows.ts";
import { type Filter, queryOf } from "./filter.ts";

export type Notification = Schemas["Notification"];
export type Unread = Schemas["UnreadNotifications"];

export interface Page {
  readonly rows: readonly Notification[];
  /** There are older ones. */
  readonly more: boolean;
}

const ALL = "/api/v1/workspaces/{slug}/notifications/" as const;
const ONE = `${ALL}{notification_id}/` as const;
const SUBSCRIBE = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/subscribe/" as const;

/** The page of this number, of so many rows each, the newest first. */
export async function readPage(slug: string, filter: Filter, size: number, number: number): Promise<Page> {
  const query = { ...queryOf(filter), per_page: size, cursor: `${size}:${number}:0` };
  const page = await answer(api.GET(ALL, { params: { path: { slug }, query } }));
  return { rows: page.results, more: page.next_page_results };
}

export async function readOne(slug: string, id: Id): Promise<Notification> {
  return answer(api.GET(ONE, { params: pathOf(slug, id) }));
}

export async function readUnread(slug: string): Promise<Unread> {
  return answer(api.GET(`${ALL}unread/`, { params: { path: { slug } } }));
}

export async function setRead(slug: string, id: Id, read: boolean): Promise<Notification> {
  const params = pathOf(slug, id);
  return answer(read ? api.POST(`${ONE}read/`, { params }) : api.DELETE(`${ONE}read/`, { params }));
}

export async function setArchived(slug: string, id: Id, archived: boolean): Promise<Notification> {
  const params = pathOf(slug, id);
  return answer(archived ? api.POST(`${ONE}archive/`, { params }) : api.DELETE(`${ONE}archive/`, { params }));
}

/** `till` null: it is back now. */
export async function setSnoozed(slug: string, id: Id, till: string | null): Promise<Notification> {
  return answer(api.PATCH(ONE, { params: pathOf(slug, id), body: { snoozed_till: till } }));
}

export async function markAllRead(slug: string, filter: Filter): Promise<void> {
  // Read or not makes no difference to what is to be read.
  const { read: _, ...body } = queryOf(filter);
  await answer(api.POST(`${ALL}mark-all-read/`, { params: { path: { slug } }, body }));
}

/** Whether one hears of an item from now on. */
export async function setFollowing(slug: string, project: Id, item: Id, follows: boolean): Promise<void> {
  const params = { path: { slug, project_id: project, work_item_id: item } };
  if (follows) await answer(api.POST(SUBSCRIBE, { params }));
  else await answer(api.DELETE(SUBSCRIBE, { params }));
}

function pathOf(slug: string, id: Id) {
  return { path: { slug, notification_id: id } };
}
