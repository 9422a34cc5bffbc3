/** Sends the user's changes: in order, one at a time in each project, until the server has taken or refused them. */

import { whole } from "./lists.ts";
import { merged } from "./merge.ts";
import type { Change, Entry, Pending } from "./pending.ts";
import { isAlone, isTakingOut, requestFor } from "./routes.ts";
import { type Answer, Failure, type Transport } from "./transport.ts";

export interface OutboxEvents {
  /** The server has it. */
  done(change: Change): void;
  /** The server will never take it. */
  refused(change: Change, answer: Answer): void;
  /** Several changes became one, which is to be kept in their place. Resolves when it is. */
  merged(change: Change, instead: readonly string[]): Promise<void>;
  signedOut(): void;
  /** Whether the server answered when it was last asked. */
  isOnline(): boolean;
  /** Whether the server answered. */
  reached(online: boolean): void;
}

/** A fault of the server that does not go away must not hold up what comes after it. */
const FAULTS = 6;
const LONGEST = 60_000;

export class Outbox {
  private readonly busy = new Set<string>();
  private readonly faults = new Map<string, number>();
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;

  constructor(
    private readonly pending: Pending,
    private readonly transport: Transport,
    private readonly events: OutboxEvents,
    private readonly random: () => number,
  ) {}

  start(): void {
    this.running = true;
    this.kick();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Sends what can be sent; `now` without waiting for the next attempt. */
  kick(now = false): void {
    if (now && this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.attempt = 0;
    }
    if (!this.running || this.timer !== undefined) return;
    const blocked = new Set(this.busy);
    for (const entry of [...this.pending.all()]) {
      const { lane } = entry.change;
      if (entry.stage === "done" || blocked.has(lane)) continue;
      blocked.add(lane);
      this.busy.add(lane);
      void this.send(entry).finally(() => {
        this.busy.delete(lane);
        this.kick();
      });
    }
  }

  private async send(entry: Entry): Promise<void> {
    if (entry.stage === "waiting") {
      // What is sent into the blue may have arrived, and is not to be altered or withdrawn any more.
      if (!this.events.isOnline() && !(await this.reaches())) return this.later(null);
      if (!this.isOpen(entry)) return;
      await this.merge(entry);
    }
    const failure = await this.complete(entry);
    if (!this.isOpen(entry)) return;
    if (failure) return this.judge(entry, failure);
    entry.stage = "sent";
    const { change } = entry;
    const answer = await this.transport.send(requestFor(change.mutation, change.lane, change.key));
    if (!this.running || !this.pending.get(change.order)) return;
    this.judge(entry, answer);
  }

  /** Whether it is still to be sent: it may have been withdrawn meanwhile. */
  private isOpen({ change }: Entry): boolean {
    return this.running && this.pending.get(change.order) !== undefined;
  }

  /** Whether the server is there at all. */
  private async reaches(): Promise<boolean> {
    const reached = await this.transport.user().then(
      () => true,
      () => false,
    );
    if (reached && this.running) this.events.reached(true);
    return reached;
  }

  /**
   * Lists travel as a whole: they are made of the row as the server has it at that moment, and kept before they are sent, as what may have
   * been sent stays as it is. Answers with what kept it from being made.
   */
  private async complete(entry: Entry): Promise<Answer | null> {
    const { change } = entry;
    const { mutation, lane, key } = change;
    if (mutation.kind !== "update" || !mutation.lists || isAlone(mutation)) return null;
    let row: unknown;
    try {
      row = await this.transport.read(requestFor(mutation, lane, key).path);
    } catch (failure) {
      const status = failure instanceof Failure ? failure.status : 0;
      return { status, body: null, requestId: null, retryAfter: null };
    }
    if (!this.isOpen(entry)) return null;
    await this.events.merged({ ...change, mutation: whole(mutation, row as Readonly<Record<string, unknown>>) }, []);
    return null;
  }

  /** Takes into a change those right behind it that change the same row, so that one request makes them all. */
  private async merge(entry: Entry): Promise<void> {
    const { lane } = entry.change;
    let change = entry.change;
    const instead: string[] = [];
    for (const other of this.pending.all()) {
      if (other === entry || other.change.lane !== lane || other.change.order < change.order) continue;
      const one = other.stage === "waiting" ? merged(change, other.change) : null;
      if (!one) break;
      change = one;
      instead.push(other.change.order);
    }
    if (instead.length) await this.events.merged(change, instead);
  }

  private judge(entry: Entry, answer: Answer): void {
    const { change } = entry;
    const { status } = answer;
    this.events.reached(status !== 0 && status !== 502 && status !== 504);
    if (status >= 200 && status < 300) this.taken(entry);
    else if (status === 401) {
      this.stop();
      this.events.signedOut();
    } else if (isPassing(status) && !this.isFault(change, status)) this.later(answer.retryAfter);
    // What is gone already needs no deleting.
    else if (status === 404 && (change.mutation.kind === "delete" || isTakingOut(change.mutation))) this.taken(entry);
    else this.events.refused(change, answer);
  }

  private taken(entry: Entry): void {
    this.attempt = 0;
    entry.stage = "done";
    this.events.done(entry.change);
  }

  private isFault({ order }: Change, status: number): boolean {
    if (status !== 500) return false;
    const count = (this.faults.get(order) ?? 0) + 1;
    this.faults.set(order, count);
    return count >= FAULTS;
  }

  private later(retryAfter: number | null): void {
    const wait = Math.min(LONGEST, 500 * 2 ** this.attempt++) * (0.75 + this.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.kick();
      },
      retryAfter === null ? wait : Math.max(retryAfter, 250),
    );
  }
}

/** Answers after which the same request may succeed. */
function isPassing(status: number): boolean {
  return status === 0 || status === 408 || status === 425 || status === 429 || status >= 500;
}
