/** Texts of items that are being deleted, so that undo brings them back: rows do not have them. */

import type { Change } from "./pending.ts";
import { requestFor } from "./routes.ts";
import type { Id } from "./rows.ts";
import type { Transport } from "./transport.ts";

const KEPT = 200;

export class Texts {
  private readonly texts = new Map<Id, string>();

  constructor(private readonly transport: Transport) {}

  /** To be called before the item is deleted. Without an answer the deletion goes on. */
  async remember({ mutation, lane, key }: Change): Promise<void> {
    if (mutation.entity !== "work_item" || mutation.kind !== "delete" || this.texts.has(mutation.id)) return;
    const item = await this.transport.read(requestFor(mutation, lane, key).path).catch(() => null);
    const text = (item as { description_html?: unknown } | null)?.description_html;
    if (typeof text !== "string" || !text) return;
    this.texts.set(mutation.id, text);
    for (const id of this.texts.keys()) {
      if (this.texts.size <= KEPT) break;
      this.texts.delete(id);
    }
  }

  /** The change with the text of the item that it brings back; null: there is none. */
  restored(change: Change): Change | null {
    const { mutation, restores } = change;
    const text = restores && this.texts.get(restores);
    if (!text || mutation.kind !== "create") return null;
    return { ...change, mutation: { ...mutation, extra: { ...mutation.extra, description_html: text } } };
  }
}
