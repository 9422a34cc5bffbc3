/** The user's changes from being made to being confirmed or refused, in this tab and in the others. */

import { refusal } from "../api/refusal.ts";
import { timeOf } from "../lib/ids.ts";
import type { Mutation, Refused } from "./contract.ts";
import type { Disk } from "./disk.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { Change, Entry } from "./pending.ts";
import type { Replica } from "./replica.ts";
import { isWritable } from "./routes.ts";
import type { Id } from "./rows.ts";
import { Signal } from "./signals.ts";
import { gather, Steps } from "./steps.ts";
import type { Message, Refusal } from "./tabs.ts";
import type { Answer, Transport } from "./transport.ts";

/** The server knows for 90 days which requests it has seen. What is older might be done twice. */
const OLDEST = 80 * 24 * 3_600_000;
const TOO_OLD = "It waited for more than 80 days to be sent, and is too old now.";

export interface ChangesEvents {
  post(message: Message): void;
  leads(): boolean;
  /** So many changes of a step were refused. */
  failed(step: string, count: number): void;
  /** What is unsent may have changed. */
  changed(): void;
  /** The server took a change; its rows are on their way. */
  taken(): void;
  signedOut(): void;
  isOnline(): boolean;
  reached(online: boolean): void;
}

export class Changes {
  readonly refused = new Signal<Refused>();
  readonly outbox: Outbox;
  private readonly steps = new Steps();
  /** So many writes are on their way to the disk: a page that goes now would lose them. */
  private writing = 0;
  private readonly refusals = new Map<string, Refusal[]>();

  constructor(
    private readonly replica: Replica,
    private readonly disk: Disk,
    transport: Transport,
    private readonly events: ChangesEvents,
    private readonly newOrder: () => Id,
    random: () => number,
  ) {
    const outboxEvents: OutboxEvents = {
      done: (change) => this.done(change),
      refused: (change, answer) => this.refuse(change, answer),
      merged: (change, instead) => this.merge(change, instead),
      signedOut: events.signedOut,
      isOnline: events.isOnline,
      reached: events.reached,
    };
    this.outbox = new Outbox(replica.pending, transport, outboxEvents, random);
  }

  /** Changes without a confirmation of the server. */
  get unsent(): number {
    let count = 0;
    for (const entry of this.replica.pending.all()) if (entry.stage !== "done") count++;
    return count;
  }

  /** Whether all changes are on disk, as far as there is one. */
  get kept(): boolean {
    return this.writing === 0;
  }

  /** Makes changes: they show at once. Those of rows that are gone cannot be made. */
  make(step: string, label: string, mutations: readonly Mutation[]): Promise<void> {
    const changes: Change[] = [];
    const lost: Mutation[] = [];
    for (const mutation of mutations) {
      const change = this.record(step, label, mutation);
      if (!change) lost.push(mutation);
      else {
        changes.push(change);
        // At once: what comes next may be about the row that this makes.
        this.add([change], "waiting");
      }
    }
    const waits = changes.map((change) => this.steps.wait(change.order));
    if (lost.length) waits.push(this.missing(label, lost));
    const sent = Promise.all(waits).then(() => {});
    sent.catch(() => {});
    this.replica.flush();
    void this.keep(changes);
    this.events.post({ kind: "added", changes, fresh: true });
    this.withdraw(changes);
    this.replica.flush();
    this.events.changed();
    this.outbox.kick();
    return sent;
  }

  private async keep(changes: readonly Change[]): Promise<void> {
    this.writing++;
    await this.disk.keep(changes);
    this.writing--;
    this.events.changed();
  }

  private missing(label: string, mutations: readonly Mutation[]): Promise<void> {
    const refused = { label, reason: "It is no longer there.", status: 404, mutations, requestId: null };
    this.refused.tell(refused);
    return Promise.reject(refused);
  }

  private record(step: string, label: string, given: Mutation): Change | null {
    if (!isWritable(given)) throw new Error(`The engine does not write ${given.entity}.`);
    const mutation = this.outOfCycle(given);
    const lane = this.laneOf(mutation);
    if (lane === null) return null;
    const order = this.newOrder();
    const key = mutation.kind === "create" ? mutation.id : order;
    return { order, key, step, label, lane, mutation };
  }

  /** Only the cycle that an item is in can let it go. */
  private outOfCycle(mutation: Mutation): Mutation {
    if (mutation.kind !== "update" || mutation.patch.cycle !== null) return mutation;
    const from = this.replica.of("work_item").get(mutation.id)?.cycle;
    return from ? { ...mutation, from } : mutation;
  }

  private laneOf(mutation: Mutation): Id | null {
    if (mutation.entity === "project") return mutation.id;
    const row = ("row" in mutation && mutation.row) || this.replica.of(mutation.entity).get(mutation.id);
    return row && "project" in row && typeof row.project === "string" ? row.project : null;
  }

  /** Lays changes over the rows. Those of which nobody knows whether they were sent are not altered any more. */
  add(changes: readonly Change[], stage: "waiting" | "sent"): void {
    for (const change of changes) {
      if (this.replica.pending.get(change.order)) continue;
      this.replica.pending.add(change).stage = stage;
      this.refresh(change);
    }
  }

  /** Another tab has sent until now: who knows what of this. */
  doubt(): void {
    for (const entry of this.replica.pending.all()) if (entry.stage === "waiting") entry.stage = "sent";
  }

  /** Deletions that were never sent end together with what takes them back. For the one who sends to decide. */
  private withdraw(changes: readonly Change[]): void {
    if (!this.events.leads()) return;
    for (const { order, mutation } of changes) {
      const restore = this.replica.pending.get(order);
      if (mutation.kind !== "restore" || !restore) continue;
      const deletion = this.replica.pending.before(restore);
      if (deletion?.stage === "waiting" && deletion.change.mutation.kind === "delete") this.remove([deletion, restore]);
    }
  }

  /** Takes what was found on disk; what is too old to be sent once more is refused. */
  restore(changes: readonly Change[]): void {
    const since = Date.now() - OLDEST;
    const old = changes.filter(({ order }) => timeOf(order) < since);
    this.add(
      changes.filter((change) => !old.includes(change)),
      "sent",
    );
    if (!old.length) return;
    this.disk.forget(old.map(({ order }) => order));
    this.report(old.map((change) => ({ change, status: 0, reason: TOO_OLD, requestId: null })));
  }

  /** All that is not confirmed, said again to a new leader. */
  announce(): void {
    const changes = [...this.replica.pending.all()]
      .filter((entry) => entry.stage !== "done")
      .map(({ change }) => change);
    if (changes.length) this.events.post({ kind: "added", changes, fresh: false });
  }

  hear(message: Message): void {
    if (message.kind === "added") {
      this.add(message.changes, message.fresh && this.events.leads() ? "waiting" : "sent");
      this.withdraw(message.changes);
    } else if (message.kind === "merged") this.replace(message.change, message.instead);
    else if (message.kind === "done") this.mark(message.order);
    // Behind the frames that came before it, which are applied in a macrotask of their own.
    else if (message.kind === "dropped") setTimeout(() => this.drop(message.orders));
    else if (message.kind === "open") this.keepOnly(message.orders);
    else if (message.kind === "refused") this.report(message.refusals);
    else return;
    this.replica.flush();
    this.events.changed();
    this.outbox.kick();
  }

  /** The rows show what these requests did: what was laid over them goes. To be followed by a flush. */
  confirm(keys: readonly string[]): void {
    if (!keys.length) return;
    const named = new Set(keys);
    this.remove([...this.replica.pending.all()].filter(({ change }) => named.has(change.key)));
  }

  /** All that is not confirmed. */
  open(): readonly string[] {
    return [...this.replica.pending.all()].map(({ change }) => change.order);
  }

  /** Ends what other tabs made and the leader does not know any more. */
  private keepOnly(orders: readonly string[]): void {
    const open = new Set(orders);
    const others = [...this.replica.pending.all()].filter((entry) => entry.stage === "sent");
    this.remove(others.filter((entry) => !open.has(entry.change.order)));
  }

  /** What the server has taken by now. */
  taken(): readonly string[] {
    return [...this.replica.pending.all()].filter((entry) => entry.stage === "done").map((entry) => entry.change.order);
  }

  /** Ends changes whose rows are here, though no frame named them, as when they changed nothing. */
  drop(orders: readonly string[]): void {
    this.remove(orders.map((order) => this.replica.pending.get(order)).filter((entry) => entry !== undefined));
    this.replica.flush();
    this.events.changed();
  }

  private remove(entries: readonly Entry[]): void {
    for (const { change } of entries) {
      this.replica.pending.remove(change.order);
      this.refresh(change);
      this.steps.done(change.order);
    }
    if (!entries.length) return;
    const orders = entries.map(({ change }) => change.order);
    // One tab knows what is still to be sent; the others only stop showing it.
    if (this.events.leads()) this.disk.forget(orders);
    // Said even if the others see the same frames: one may hear of a change only after the frame that confirms it.
    this.events.post({ kind: "dropped", orders });
    for (const step of new Set(entries.map(({ change }) => change.step))) this.settled(step);
  }

  private refresh({ mutation }: Change): void {
    this.replica.of(mutation.entity).refresh(mutation.id);
  }

  private done(change: Change): void {
    this.mark(change.order);
    this.events.post({ kind: "done", order: change.order });
    this.settled(change.step);
    this.events.changed();
    this.events.taken();
  }

  private mark(order: string): void {
    const entry = this.replica.pending.get(order);
    if (entry) entry.stage = "done";
    this.steps.done(order);
  }

  private async merge(change: Change, instead: readonly string[]): Promise<void> {
    this.replace(change, instead);
    this.events.post({ kind: "merged", change, instead });
    await this.disk.keep([change], instead);
  }

  private replace(change: Change, instead: readonly string[]): void {
    const entry = this.replica.pending.get(change.order);
    if (entry) entry.change = change;
    for (const order of instead) this.replica.pending.remove(order);
    this.steps.joined(change.order, instead);
    this.refresh(change);
  }

  private refuse(change: Change, answer: Answer): void {
    const { message, status, requestId } = refusal(answer.status, answer.body, answer.requestId);
    const { mutation } = change;
    const lost = [change];
    if (mutation.kind === "create" || mutation.kind === "restore") {
      // What was to be done to a row that never came to be goes with it.
      for (const { change: later } of this.replica.pending.all()) {
        if (later !== change && later.mutation.entity === mutation.entity && later.mutation.id === mutation.id)
          lost.push(later);
      }
    }
    if (mutation.kind === "delete") this.spare(change);
    for (const one of lost) {
      this.replica.pending.remove(one.order);
      this.refresh(one);
      const refusals = this.refusals.get(one.step) ?? [];
      this.refusals.set(one.step, [...refusals, { change: one, status, reason: message, requestId }]);
    }
    this.disk.forget(lost.map(({ order }) => order));
    this.replica.flush();
    for (const step of new Set(lost.map((one) => one.step))) this.settled(step);
    this.events.changed();
  }

  /** The row was never gone: what was to bring it back has nothing to do. */
  private spare({ order, mutation }: Change): void {
    const restore = [...this.replica.pending.all()].find(
      ({ change }) => change.order > order && change.mutation.kind === "restore" && change.mutation.id === mutation.id,
    );
    if (restore) this.remove([restore]);
  }

  /** Says what was refused once all of what the user did in one go has been answered. */
  private settled(step: string): void {
    const refusals = this.refusals.get(step);
    if (!refusals) return;
    for (const entry of this.replica.pending.all()) if (entry.change.step === step && entry.stage !== "done") return;
    this.refusals.delete(step);
    this.events.post({ kind: "refused", refusals });
    this.report(refusals);
  }

  private report(refusals: readonly Refusal[]): void {
    for (const { change } of refusals) {
      if (this.replica.pending.remove(change.order)) this.refresh(change);
    }
    this.replica.flush();
    for (const step of new Set(refusals.map(({ change }) => change.step))) {
      this.events.failed(step, refusals.filter(({ change }) => change.step === step).length);
    }
    for (const { refused, orders } of gather(refusals)) {
      for (const order of orders) this.steps.refused(order, refused);
      this.refused.tell(refused);
    }
  }
}
