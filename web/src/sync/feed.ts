/** Keeps the replica at what the server has: first rows, then frames in an unbroken chain, over the socket or asked for. */

import type { Ending, Presence, Touch } from "./contract.ts";
import { type Bootstrap, type Frame, type Restart, SCHEMA } from "./protocol.ts";
import type { Replica } from "./replica.ts";
import type { Id } from "./rows.ts";
import { Failure, type Live, type LiveMessage, OUTDATED, type Transport } from "./transport.ts";

export interface FeedEvents {
  /** Frames were applied to the replica. */
  applied(frames: readonly Frame[]): void;
  /** Rows were taken anew: of the whole workspace with its held projects. */
  restarted(base: Bootstrap, items: ReadonlyMap<Id, Bootstrap>): void;
  touched(touch: Touch): void;
  presence(topic: string, users: readonly Presence[]): void;
  /** Projects whose items have to be fetched again, if somebody wants them. */
  stale(projects: ReadonlySet<Id>): void;
  /** All that the server had when `begin` was called is here. */
  caughtUp(mark: unknown): void;
  begin(): unknown;
  reached(online: boolean): void;
  ended(phase: Ending, error: string | null): void;
}

const LONGEST = 30_000;
/** The server says something more often than that; a socket without a word is dead. */
const SILENCE = 60_000;
/** Who comes back to the tab after so much silence asks at once what there is. */
const PAUSE = 10_000;
const SIGNED_OUT = 4401;
const FORBIDDEN = 4403;

export class Feed {
  private queue: Frame[] = [];
  private draining = false;
  private working: Promise<void> | null = null;
  private live: Live | null = null;
  /** The session was seen to be this user's since the socket opened. */
  private sure = false;
  private wants = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private topic: string | null = null;
  private closed = false;
  private silence: ReturnType<typeof setTimeout> | undefined;
  /** When the server last said something. */
  private heardAt = 0;

  constructor(
    private readonly user: Id,
    private readonly replica: Replica,
    private readonly transport: Transport,
    private readonly events: FeedEvents,
    private readonly random: () => number,
    private readonly soon: (work: () => void) => void,
  ) {}

  /** Opens the socket and keeps it open. */
  connect(): void {
    this.wants = true;
    this.open();
  }

  close(): void {
    this.closed = true;
    this.wants = false;
    this.disconnect();
  }

  /** Another tab has the socket now. */
  release(): void {
    this.wants = false;
    this.disconnect();
  }

  /** The browser says that it has no network; nothing is tried until `retry`. */
  disconnect(): void {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = undefined;
    const { live } = this;
    this.live = null;
    this.sure = false;
    live?.close();
  }

  /** Tries at once, such as when the network is back or the tab is looked at: also whether what looks alive is. */
  retry(): void {
    if (this.closed) return;
    this.attempt = 0;
    if (this.wants && !this.live) this.open();
    else if (this.replica.seq < 0 || Date.now() - this.heardAt > PAUSE) void this.catchUp();
  }

  private hears(): void {
    this.heardAt = Date.now();
  }

  /** Gives the socket up when it has been silent for too long. */
  private listen(live: Live): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (this.live !== live) return;
      this.disconnect();
      // Whether there is a network at all, an ordinary answer says.
      void this.catchUp();
      if (this.wants) this.open();
    }, SILENCE);
  }

  look(topic: string | null): void {
    this.topic = topic;
    this.live?.send({ presence: { topic } });
  }

  /** Takes a frame, from the socket or from the tab that has it. Applied together with others, once per macrotask. */
  receive(frame: Frame): void {
    this.hears();
    // That the server is there, and nothing new.
    if (frame.seq <= this.replica.seq && !frame.changes.length && !frame.mutations.length) return;
    this.queue.push(frame);
    this.drainSoon();
  }

  /** Asks for all that is missing; first rows too. One asking at a time. */
  catchUp(): Promise<void> {
    this.working ??= this.ask().finally(() => {
      this.working = null;
      if (this.queue.length) this.drainSoon();
    });
    return this.working;
  }

  /** Something was read that is older than what is here: what came since is applied once more. */
  rewind(seq: number): Promise<void> {
    if (seq >= this.replica.seq) return Promise.resolve();
    const again = (): Promise<void> => {
      this.replica.seq = Math.min(seq, this.replica.seq);
      return this.catchUp();
    };
    return this.working ? this.working.then(again) : again();
  }

  private async ask(): Promise<void> {
    try {
      if (this.replica.seq < 0) await this.restart();
      else await this.deltas();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.failed(failure);
    }
  }

  private async deltas(): Promise<void> {
    for (;;) {
      const mark = this.events.begin();
      const [answer] = await Promise.all([this.transport.delta(this.replica.seq), this.sure || this.vouch()]);
      if (this.closed) return;
      this.hears();
      this.events.reached(true);
      if ("bootstrap" in answer) return this.begin(answer);
      this.apply([answer]);
      if (!answer.more) return this.events.caughtUp(mark);
    }
  }

  private begin({ reason }: Restart): Promise<void> {
    // Taken anew, the rows would be of the same unknown form.
    if (reason === "schema") throw new Failure(OUTDATED);
    return this.restart();
  }

  private async restart(): Promise<void> {
    const mark = this.events.begin();
    const base = await this.transport.bootstrap(null);
    if (base.head.schema !== SCHEMA) throw new Failure(OUTDATED);
    // Somebody else signed in in this browser.
    if (base.head.user !== this.user) throw new Failure(401);
    const items = new Map<Id, Bootstrap>();
    for (const project of this.replica.held.keys()) {
      const rows = await this.transport.bootstrap(project).catch(skipMissing);
      if (rows && rows.head.user !== this.user) throw new Failure(401);
      if (rows) items.set(project, rows);
    }
    if (this.closed) return;
    this.hears();
    this.events.reached(true);
    this.replica.base(base);
    for (const [project, rows] of items) this.replica.items(project, rows);
    this.events.restarted(base, items);
    this.events.caughtUp(mark);
  }

  private apply(frames: readonly Frame[]): void {
    const touches: Touch[] = [];
    const stale = new Set<Id>();
    for (const frame of frames) {
      const effects = this.replica.frame(frame);
      touches.push(...effects.touches);
      for (const project of effects.stale) stale.add(project);
    }
    this.events.applied(frames);
    for (const touch of touches) this.events.touched(touch);
    if (stale.size) this.events.stale(stale);
  }

  private drainSoon(): void {
    if (this.draining || this.closed) return;
    this.draining = true;
    this.soon(() => {
      this.draining = false;
      this.drain();
    });
  }

  private drain(): void {
    if (this.working || this.closed) return;
    let seq = this.replica.seq;
    let count = 0;
    for (const frame of this.queue) {
      if (frame.prev > seq) break;
      seq = Math.max(seq, frame.seq);
      count++;
    }
    const ready = this.queue.splice(0, count);
    if (ready.length) this.apply(ready);
    if (!this.queue.length) return;
    // A frame is missing. What comes after it is asked for as a whole.
    this.queue = [];
    void this.catchUp();
  }

  private open(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed || this.live) return;
    if (this.replica.seq < 0) {
      void this.catchUp().then(() => (this.replica.seq >= 0 ? this.open() : this.later()));
      return;
    }
    let opened = false;
    let vouched: Promise<void> = Promise.resolve();
    const live: Live = this.transport.live(this.replica.seq, {
      opened: () => {
        opened = true;
        this.hears();
        // What the socket says waits until it is known to be said to this user.
        if (this.live === live) vouched = this.welcome(live);
      },
      message: (message) => {
        if (this.live === live) this.listen(live);
        void vouched.then(() => {
          if (this.live === live) this.heard(message, live);
        });
      },
      closed: (code) => {
        if (this.live !== live) return;
        clearTimeout(this.silence);
        this.live = null;
        this.sure = false;
        this.lost(code, opened);
      },
    });
    this.live = live;
    this.listen(live);
  }

  /** Somebody else may have signed in in this browser, whose rows are not for this engine. */
  private async vouch(): Promise<void> {
    if ((await this.transport.user()) !== this.user) throw new Failure(401);
  }

  private async welcome(live: Live): Promise<void> {
    try {
      await this.vouch();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (this.live !== live) return;
      this.disconnect();
      this.failed(failure);
      return;
    }
    if (this.live !== live) return;
    this.sure = true;
    this.attempt = 0;
    this.events.reached(true);
    if (this.topic !== null) live.send({ presence: { topic: this.topic } });
  }

  private heard(message: LiveMessage, live: Live): void {
    this.hears();
    this.events.reached(true);
    if ("presence" in message) this.events.presence(message.presence.topic, message.presence.users);
    else if ("bootstrap" in message) {
      // What is asked for next says why it cannot be had.
      if (message.reason !== "schema") this.replica.seq = -1;
      void this.catchUp();
    } else if ("catch_up" in message) {
      void this.catchUp().then(() => live.send({ since: this.replica.seq }));
    } else this.receive(message);
  }

  private lost(code: number, opened: boolean): void {
    if (code === SIGNED_OUT) this.end("signed_out");
    else if (code === FORBIDDEN) this.end("forbidden");
    else this.events.reached(false);
    if (!this.wants) return;
    // A browser does not say why a socket did not open; an ordinary answer does.
    if (opened) this.later();
    else void this.catchUp().then(() => this.later());
  }

  private failed({ status, message }: Failure): void {
    if (this.closed) return;
    if (status === 401) this.end("signed_out");
    else if (status === 403) this.end("forbidden");
    else if (status === 404) this.end("failed", message);
    else if (status === OUTDATED) this.end("outdated");
    else {
      // A socket over the same network has no more than this answer had.
      if (Date.now() - this.heardAt > PAUSE) this.disconnect();
      this.events.reached(false);
      this.later();
    }
  }

  private end(phase: Ending, error: string | null = null): void {
    this.wants = false;
    this.disconnect();
    this.events.ended(phase, error);
  }

  private later(): void {
    if (this.closed || this.timer !== undefined) return;
    const wait = Math.min(LONGEST, 500 * 2 ** this.attempt++) * (0.5 + this.random());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.wants && !this.live) this.open();
      else void this.catchUp();
    }, wait);
  }
}

function skipMissing(failure: unknown): null {
  if (failure instanceof Failure && (failure.status === 404 || failure.status === 403)) return null;
  throw failure;
}
