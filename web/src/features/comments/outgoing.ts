/** Comments that the server does not have yet: kept in this browser under the key by which they are sent, so that each arrives once. */

import { ApiError } from "../../api/client.ts";
import { newId } from "../../lib/ids.ts";
import { type Draft, dropDraft, keepDraft, readDrafts } from "../../sync/drafts.ts";
import type { Parts } from "../detail/parts.ts";
import { sendComment } from "../detail/remote.ts";

export interface Outgoing {
  /** The idempotency key. */
  readonly id: string;
  readonly html: string;
  readonly at: number;
  /** `waiting`: the server was not reached, and is asked again. */
  readonly state: "sending" | "waiting" | "refused";
  readonly reason: string | null;
}

const AGAIN = 10_000;
const none: readonly Outgoing[] = [];

export class Outbox {
  readonly #parts: Parts;
  readonly #prefix: string;
  readonly #listeners = new Set<() => void>();
  #all: readonly Outgoing[] = none;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(user: string, parts: Parts) {
    this.#parts = parts;
    this.#prefix = `${user}/${parts.at.slug}/item/${parts.at.item}/outgoing/`;
    void this.#restore();
    addEventListener("online", () => this.retry());
  }

  get = (): readonly Outgoing[] => this.#all;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Shows it at once and sends it. */
  async add(html: string): Promise<void> {
    const id = newId();
    await this.#push({ id, html, at: Date.now(), state: "sending", reason: null });
  }

  retry(): void {
    for (const comment of this.#all) if (comment.state !== "sending") void this.#send(comment);
  }

  /** Gives up sending it; its text. */
  take(id: string): string {
    const taken = this.#all.find((comment) => comment.id === id);
    this.#set(this.#all.filter((comment) => comment.id !== id));
    void dropDraft(this.#prefix + id);
    return taken?.html ?? "";
  }

  async #push(comment: Outgoing): Promise<void> {
    this.#set([...this.#all, comment]);
    await keepDraft(this.#draft(comment));
    await this.#send(comment);
  }

  #draft({ id, html, at }: Outgoing): Draft {
    return { key: this.#prefix + id, html, base: null, at, sending: id };
  }

  async #restore(): Promise<void> {
    for (const { key, html, at } of await readDrafts(this.#prefix)) {
      const id = key.slice(this.#prefix.length);
      if (this.#all.some((comment) => comment.id === id)) continue;
      const comment: Outgoing = { id, html, at, state: "sending", reason: null };
      this.#set([...this.#all, comment]);
      void this.#send(comment);
    }
  }

  async #send(comment: Outgoing): Promise<void> {
    this.#change(comment.id, { state: "sending", reason: null });
    try {
      await sendComment(this.#parts.at, comment.html, comment.id);
    } catch (error) {
      return this.#failed(comment.id, error);
    }
    // It goes from here when it stands among the others, so that nothing flickers.
    await this.#parts.comments.load();
    await dropDraft(this.#prefix + comment.id);
    this.#set(this.#all.filter((other) => other.id !== comment.id));
  }

  #failed(id: string, error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 0 || status === 408 || status === 429 || status >= 500) {
      this.#change(id, { state: "waiting", reason: null });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.retry(), AGAIN);
    } else {
      this.#change(id, { state: "refused", reason: error instanceof Error ? error.message : "The server refused it." });
    }
  }

  #change(id: string, change: Partial<Outgoing>): void {
    this.#set(this.#all.map((comment) => (comment.id === id ? { ...comment, ...change } : comment)));
  }

  #set(all: readonly Outgoing[]): void {
    this.#all = all;
    for (const listener of this.#listeners) listener();
  }
}

const outboxes = new WeakMap<Parts, Outbox>();

export function outboxOf(user: string, parts: Parts): Outbox {
  const known = outboxes.get(parts);
  if (known) return known;
  const made = new Outbox(user, parts);
  outboxes.set(parts, made);
  return made;
}
