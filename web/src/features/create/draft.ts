/** What is being written for a new item: kept in this browser until the item is made, so that closing the dialog or the browser loses nothing. */

import type { Engine } from "../../sync/contract.ts";
import { dropDraft, keepDraft, readDraft, readDrafts } from "../../sync/drafts.ts";
import type { Id } from "../../sync/rows.ts";

export interface Written {
  readonly name: string;
  /** HTML. */
  readonly text: string;
}

/** `refused`: of the item that the server refused, which is kept besides what is being written. */
export async function readWritten(engine: Engine, refused?: Id): Promise<Written> {
  const [name, text] = await Promise.all([
    readDraft(keyOf(engine, "name", refused)),
    readDraft(keyOf(engine, "text", refused)),
  ]);
  return { name: name?.html ?? "", text: text?.html ?? "" };
}

export function keepWritten(engine: Engine, part: keyof Written, value: string, refused?: Id): void {
  const key = keyOf(engine, part, refused);
  void (value === "" ? dropDraft(key) : keepDraft({ key, html: value, base: null, at: Date.now() }));
}

export function dropWritten(engine: Engine, refused?: Id): void {
  keepWritten(engine, "name", "", refused);
  keepWritten(engine, "text", "", refused);
}

/** The refused items of which something is kept. */
export async function refusedItems(engine: Engine): Promise<ReadonlySet<Id>> {
  const prefix = refusedPrefix(engine);
  const drafts = await readDrafts(prefix);
  return new Set(drafts.map(({ key }) => key.slice(prefix.length).split("/")[0] ?? ""));
}

function keyOf(engine: Engine, part: keyof Written, refused?: Id): string {
  return refused ? `${refusedPrefix(engine)}${refused}/${part}` : `${engine.userId}/${engine.slug}/new-item/${part}`;
}

function refusedPrefix({ userId, slug }: Engine): string {
  return `${userId}/${slug}/refused-item/`;
}
