/** Comments and changes of comments that the server does not have yet: kept in this browser under the key by which they are sent, so that
    each arrives once. */

import { ApiError } from "../../api/client.ts";
import { newId } from "../../lib/ids.ts";
import type { Engine } from "../../sync/contract.ts";
import { type Draft, dropDraft, keepDraft, takeDrafts } from "../../sync/drafts.ts";
import type { Id } from "../../sync/rows.ts";
import { partsOf } from "../detail/parts.ts";
import { type Address, changeComment, sendComment } from "../detail/remote.ts";

export interface Outgoing {
  /** The idempotency key. */
  readonly id: string;
  /** The comment that is changed; null: it is a new one. */
  readonly of: Id | null;
  readonly html: string;
  readonly at: number;
  /** `waiting`: the server was not reached, and is asked again. */
  readonly state: "sending" | "waiting" | "refused";
  readonly reason: string | null;
}

const AGAIN = 10_000;
const none: readonly Outgoing[] = [];

export class Outbox {
  readonly #engine: Engine;
  readonly #at: Address;
  readonly #prefix: string;
  readonly #listeners = new Set<() => void>();
  /** Comments of which a change is under way: the next one waits for it. */
  readonly #busy = new Set<Id>();
  #all: readonly Outgoing[] = none;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, at: Address) {
    this.#engine = engine;
    this.#at = at;
    this.#prefix = `${itemPrefix(engine, at.item)}outgoing/`;
  }

  get = (): readonly Outgoing[] => this.#all;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    outboxes.set(this.#prefix, this);
    return () => {
      this.#listeners.delete(listener);
      this.#rest();
    };
  };

  /** Shows it at once and sends it. Resolves when it is kept. */
  async add(html: string): Promise<void> {
    await this.#push({ id: newId(), of: null, html, at: Date.now(), state: "sending", reason: null });
  }

  /** Changes a comment, in the place of what was to become of it before. Resolves when that is kept. */
  async change(comment: Id, html: string): Promise<void> {
    const before = this.#all.filter(({ of }) => of === comment);
    this.#set(this.#all.filter(({ of }) => of !== comment));
    await this.#push({ id: newId(), of: comment, html, at: Date.now(), state: "sending", reason: null });
    await Promise.all(before.map(({ id }) => dropDraft(this.#prefix + nameOf({ id, of: comment }))));
  }

  retry(): void {
    for (const comment of this.#all) if (comment.state !== "sending") void this.#send(comment);
  }

  /** Gives up sending it; its text. */
  take(id: string): string {
    const taken = this.#all.find((comment) => comment.id === id);
    this.#set(this.#all.filter((comment) => comment.id !== id));
    if (taken) void dropDraft(this.#prefix + nameOf(taken));
    return taken?.html ?? "";
  }

  /** Sends what a page that went has left behind. */
  async restore(): Promise<void> {
    for (const { key, html, at } of await takeDrafts(this.#prefix)) {
      const [id = "", of = null] = key.slice(this.#prefix.length).split("/");
      if (this.#all.some((comment) => comment.id === id)) continue;
      const comment: Outgoing = { id, of, html, at, state: "sending", reason: null };
      this.#set([...this.#all, comment]);
      void this.#send(comment);
    }
    this.#rest();
  }

  async #push(comment: Outgoing): Promise<void> {
    this.#set([...this.#all, comment]);
    await keepDraft(this.#draft(comment));
    void this.#send(comment);
  }

  #draft({ id, of, html, at }: Outgoing): Draft {
    const { project } = this.#at;
    return { key: this.#prefix + nameOf({ id, of }), html, base: null, at, sending: id, project };
  }

  async #send(comment: Outgoing): Promise<void> {
    const { id, of } = comment;
    // What was decided first must not arrive last.
    if (of && this.#busy.has(of)) return this.#change(id, { state: "waiting", reason: null });
    this.#change(id, { state: "sending", reason: null });
    if (of) this.#busy.add(of);
    try {
      await (of ? changeComment(this.#at, of, comment.html, id) : sendComment(this.#at, comment.html, id));
    } catch (error) {
      return this.#failed(comment, error);
    } finally {
      if (of) this.#busy.delete(of);
    }
    // It goes from here when it stands among the others, so that nothing flickers.
    await partsOf(this.#engine, { id: this.#at.item, project: this.#at.project }).comments.renew();
    await dropDraft(this.#prefix + nameOf(comment));
    this.#set(this.#all.filter((other) => other.id !== id));
    this.#next(of);
  }

  /** Sends the change of the same comment that waited for the one before. */
  #next(of: Id | null): void {
    const next = this.#all.find((comment) => of !== null && comment.of === of && comment.state === "waiting");
    if (next) void this.#send(next);
  }

  #failed({ id, of }: Outgoing, error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 0 || status === 408 || status === 429 || status >= 500) {
      this.#change(id, { state: "waiting", reason: null });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.retry(), AGAIN);
    } else {
      this.#change(id, { state: "refused", reason: error instanceof Error ? error.message : "The server refused it." });
      this.#next(of);
    }
  }

  #change(id: string, change: Partial<Outgoing>): void {
    this.#set(this.#all.map((comment) => (comment.id === id ? { ...comment, ...change } : comment)));
  }

  #set(all: readonly Outgoing[]): void {
    this.#all = all;
    if (all.length) outboxes.set(this.#prefix, this);
    for (const listener of this.#listeners) listener();
    this.#rest();
  }

  /** With nothing to do and nobody who looks, it is let go of. */
  #rest(): void {
    if (this.#all.length || this.#listeners.size) return;
    clearTimeout(this.#timer);
    if (outboxes.get(this.#prefix) === this) outboxes.delete(this.#prefix);
  }
}

/** How the keys of all that is written at an item begin. */
export function itemPrefix({ userId, slug }: Engine, item: Id): string {
  return `${userId}/${slug}/item/${item}/`;
}

function nameOf({ id, of }: Pick<Outgoing, "id" | "of">): string {
  return of ? `${id}/${of}` : id;
}

/** Those that have something to do or are looked at. */
const outboxes = new Map<string, Outbox>();

addEventListener("online", () => {
  for (const outbox of outboxes.values()) outbox.retry();
});

export function outboxOf(engine: Engine, at: Address): Outbox {
  const key = `${itemPrefix(engine, at.item)}outgoing/`;
  const known = outboxes.get(key);
  if (known) return known;
  const made = new Outbox(engine, at);
  outboxes.set(key, made);
  void made.restore();
  return made;
}

/** How many there are. For tests. */
export function countOutboxes(): number {
  return outboxes.size;
}
