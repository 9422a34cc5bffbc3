/** What is being written for a new item: kept in this browser until the item is made, so that closing the dialog or the browser loses nothing. */

import type { Engine } from "../../sync/contract.ts";
import { dropDraft, keepDraft, readDraft } from "../../sync/drafts.ts";

export interface Written {
  readonly name: string;
  /** HTML. */
  readonly text: string;
}

export async function readWritten(engine: Engine): Promise<Written> {
  const [name, text] = await Promise.all([readDraft(keyOf(engine, "name")), readDraft(keyOf(engine, "text"))]);
  return { name: name?.html ?? "", text: text?.html ?? "" };
}

export function keepWritten(engine: Engine, part: keyof Written, value: string): void {
  const key = keyOf(engine, part);
  void (value === "" ? dropDraft(key) : keepDraft({ key, html: value, base: null, at: Date.now() }));
}

export function dropWritten(engine: Engine): void {
  keepWritten(engine, "name", "");
  keepWritten(engine, "text", "");
}

function keyOf({ userId, slug }: Engine, part: keyof Written): string {
  return `${userId}/${slug}/new-item/${part}`;
}
