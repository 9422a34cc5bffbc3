/** What belongs to an item and is not synced, asked of the API. */

import { ApiError, answer, api, type Schemas } from "../../api/client.ts";
import { SaveFailure, type Stored } from "../../editor/draft/saver.ts";
import type { Id } from "../../sync/rows.ts";

/** Where an item is. */
export interface Address {
  readonly slug: string;
  readonly project: Id;
  readonly item: Id;
}

const ITEM = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/";

export type Comment = Schemas["Comment"];
export type Activity = Schemas["Activity"];
export type Link = Schemas["Link"];
export type Attachment = Schemas["Attachment"];
export type Relations = Schemas["Relations"];
export type RelationWord = keyof Relations;

/** A page of what happened, the newest first; `more`: there is older. */
export interface Recent<T> {
  readonly rows: readonly T[];
  readonly more: boolean;
}

export const SOME = 100;
export const MOST = 1_000;

export function pathOf({ slug, project, item }: Address) {
  return { slug, project_id: project, work_item_id: item };
}

/** The description with its version. */
export async function readText(at: Address): Promise<Stored> {
  const call = await api
    .GET(ITEM, { params: { path: pathOf(at), query: { fields: "description_html" } } })
    .catch((cause: unknown) => {
      throw new ApiError("The server cannot be reached.", 0, null, {}, { cause });
    });
  const { description_html: html } = await answer(Promise.resolve(call));
  return { html: html ?? "<p></p>", etag: call.response.headers.get("etag") };
}

/** Saves the description unless somebody was faster. */
export async function saveText(at: Address, html: string, etag: string | null): Promise<void> {
  const headers = etag ? { "If-Match": etag } : {};
  await answer(api.PATCH(ITEM, { params: { path: pathOf(at), header: headers }, body: { description_html: html } }));
}

/** The same, failing as `TextSaver` wants it. */
export function remoteText(at: Address) {
  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ApiError) throw new SaveFailure(error.status, error.message);
      throw error;
    }
  };
  return {
    load: () => failing(readText(at)),
    save: (html: string, etag: string | null) => failing(saveText(at, html, etag)),
  };
}

export async function readComments(at: Address, count: number): Promise<Recent<Comment>> {
  const query = { per_page: count };
  const page = await answer(api.GET(`${ITEM}comments/`, { params: { path: pathOf(at), query } }));
  return { rows: page.results, more: page.next_page_results };
}

/** Fields with a default value may be left out, whatever the generated types say. */
const commentBody = (html: string) => ({ comment_html: html }) as Schemas["CommentBody"];
const linkBody = (url: string, title: string | null) => ({ url, title }) as Schemas["LinkBody"];

export async function sendComment(at: Address, html: string, key: string): Promise<Comment> {
  const headers = { "Idempotency-Key": key };
  return answer(api.POST(`${ITEM}comments/`, { params: { path: pathOf(at) }, headers, body: commentBody(html) }));
}

export async function changeComment(at: Address, comment: Id, html: string, key: string): Promise<Comment> {
  const path = { ...pathOf(at), comment_id: comment };
  const headers = { "Idempotency-Key": key };
  return answer(api.PATCH(`${ITEM}comments/{comment_id}/`, { params: { path }, headers, body: commentBody(html) }));
}

export async function deleteComment(at: Address, comment: Id): Promise<void> {
  const path = { ...pathOf(at), comment_id: comment };
  // Also when the page goes meanwhile.
  await answer(api.DELETE(`${ITEM}comments/{comment_id}/`, { params: { path }, keepalive: true }));
}

export async function readActivities(at: Address, count: number): Promise<Recent<Activity>> {
  const query = { per_page: count, order_by: "-created_at" };
  const page = await answer(api.GET(`${ITEM}activities/`, { params: { path: pathOf(at), query } }));
  return { rows: page.results, more: page.next_page_results };
}

export async function readRelations(at: Address): Promise<Relations> {
  return answer(api.GET(`${ITEM}relations/`, { params: { path: pathOf(at) } }));
}

export async function relate(at: Address, kind: RelationWord, other: Id): Promise<void> {
  const body = { relation_type: kind, issues: [other] };
  await answer(api.POST(`${ITEM}relations/`, { params: { path: pathOf(at) }, body }));
}

export async function unrelate(at: Address, kind: RelationWord, other: Id): Promise<void> {
  const body = { relation_type: kind, related_issue: other };
  await answer(api.POST(`${ITEM}relations/remove/`, { params: { path: pathOf(at) }, body }));
}

export async function readLinks(at: Address): Promise<readonly Link[]> {
  const page = await answer(api.GET(`${ITEM}links/`, { params: { path: pathOf(at), query: { per_page: SOME } } }));
  return page.results;
}

export async function addLink(at: Address, url: string, title: string | null): Promise<void> {
  const params = { path: pathOf(at) };
  await answer(api.POST(`${ITEM}links/`, { params, body: linkBody(url, title) }));
}

export async function changeLink(at: Address, link: Id, url: string, title: string | null): Promise<void> {
  const path = { ...pathOf(at), link_id: link };
  await answer(api.PATCH(`${ITEM}links/{link_id}/`, { params: { path }, body: linkBody(url, title) }));
}

export async function deleteLink(at: Address, link: Id): Promise<void> {
  await answer(api.DELETE(`${ITEM}links/{link_id}/`, { params: { path: { ...pathOf(at), link_id: link } } }));
}

export async function readAttachments(at: Address): Promise<readonly Attachment[]> {
  return answer(api.GET(`${ITEM}attachments/`, { params: { path: pathOf(at) } }));
}

export async function deleteAttachment(at: Address, attachment: Id): Promise<void> {
  const path = { ...pathOf(at), attachment_id: attachment };
  await answer(api.DELETE(`${ITEM}attachments/{attachment_id}/`, { params: { path } }));
}

/** Where the file of an attachment is fetched from; the server sends it to be saved. */
export function attachmentUrl({ slug, project, item }: Address, attachment: Id): string {
  return `/api/v1/workspaces/${slug}/projects/${project}/work-items/${item}/attachments/${attachment}/`;
}
