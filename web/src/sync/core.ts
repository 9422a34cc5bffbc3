/** The parts put together; `engine.ts` has what the app sees of it. */

import { listenToBrowser } from "./browser.ts";
import { Changes } from "./changes.ts";
import type { Ending } from "./contract.ts";
import { chain, type Kept } from "./disk.ts";
import { draftsChanged, draftsState } from "./drafts.ts";
import { Feed, type FeedEvents } from "./feed.ts";
import { ItemsLoader } from "./items-loader.ts";
import { Looking } from "./looking.ts";
import { type EngineOptions, Orders, parts } from "./options.ts";
import { type Frame, SCHEMA } from "./protocol.ts";
import { Replica } from "./replica.ts";
import type { Id } from "./rows.ts";
import { Signal } from "./signals.ts";
import { StatusStore } from "./status.ts";
import type { Message } from "./tabs.ts";
import { Views } from "./views.ts";

/** A change that the server took and no frame has named is asked after then. */
const CONFIRM = 2_000;
/** A leader that does not answer by then is frozen. */
const SILENCE = 2_000;

/** What runs behind the engine: start, leading and following, and what the parts tell one another. */
export class Core {
  readonly userId: Id;
  /** How the keys of this user's texts in this workspace begin. */
  private readonly drafts: string;
  private readonly parts;
  readonly replica = new Replica();
  readonly orders = new Orders();
  readonly status = new StatusStore();
  /** Told of steps of which so many changes were refused. */
  readonly failed = new Signal<{ step: string; count: number }>();
  /** Told when frames brought changes, or all was taken anew after the start. */
  readonly news = new Signal<void>();
  readonly looking: Looking;
  readonly views: Views;
  private readonly feed: Feed;
  readonly changes: Changes;
  readonly loader: ItemsLoader;
  private readonly ready: Promise<void>;
  private isReady: () => void = () => {};
  private leads = false;
  private joined = false;
  /** Leads, or is about to: nobody else says what is still open. */
  private chosen = false;
  private confirming: ReturnType<typeof setTimeout> | undefined;
  private checking: ReturnType<typeof setTimeout> | undefined;
  private heard = false;
  private readonly browser = new AbortController();
  private readonly stopDrafts: () => void;

  constructor(options: EngineOptions) {
    this.parts = parts(options);
    this.userId = options.userId;
    this.drafts = `${options.userId}/${options.slug}/`;
    this.ready = new Promise((resolve) => {
      this.isReady = resolve;
    });
    const { transport, disk, today, random, soon } = this.parts;
    const { replica } = this;
    this.looking = new Looking(this.userId, (topic) => this.say(topic));
    this.views = new Views({ ...replica.tables, today });
    replica.onChanged = (changed) => this.views.follow(changed);
    const feedEvents: FeedEvents = {
      applied: (frames) => this.applied(frames),
      restarted: (base, items) => {
        if (this.leads) disk.restart(base, items);
        this.post({ kind: "restart" });
        const isFirst = this.status.get().phase === "starting";
        this.settle();
        if (!isFirst) this.news.tell();
      },
      touched: (touch) => this.looking.touched(touch),
      presence: (topic, users) => {
        this.looking.met(topic, users);
        this.post({ kind: "presence", topic, users });
      },
      stale: (projects) => this.loader.refresh(projects),
      begin: () => this.changes.taken(),
      caughtUp: (mark) => this.changes.drop(mark as readonly string[]),
      reached: (online) => this.reached(online),
      ended: (phase, error) => this.ended(phase, error),
    };
    this.feed = new Feed(this.userId, replica, transport, feedEvents, random, soon);
    this.changes = new Changes(
      replica,
      disk,
      transport,
      {
        post: (message) => this.post(message),
        leads: () => this.leads,
        failed: (step, count) => this.failed.tell({ step, count }),
        changed: () => this.tellChanges(),
        taken: () => this.confirmSoon(),
        signedOut: () => this.ended("signed_out", null),
        isOnline: () => this.status.get().online,
        reached: (online) => this.reached(online),
      },
      this.orders.next,
      random,
    );
    this.loader = new ItemsLoader(replica, disk, transport, this.feed, this.ready);
    disk.onFailed = () => this.tellChanges();
    this.stopDrafts = draftsChanged.on(() => this.tellChanges());
  }

  start(): void {
    void this.open().then(() => {
      if (this.browser.signal.aborted) return;
      this.parts.tabs.join(
        (leads) => void this.lead(leads),
        (message) => this.hear(message),
      );
    });
    listenToBrowser(
      {
        online: () => this.retry(),
        offline: () => {
          this.feed.disconnect();
          this.reached(false);
        },
        seen: () => {
          this.feed.retry();
          this.checkLeader();
          this.looking.again();
        },
        left: () => this.looking.leave(),
        loses: () => this.loses(),
      },
      this.browser.signal,
    );
  }

  private retry(): void {
    this.feed.retry();
    this.loader.retry();
    this.changes.outbox.kick(true);
  }

  private say(topic: string | null): void {
    if (this.leads) this.feed.look(topic);
    else this.post({ kind: "look", topic });
  }

  async close(wipe = false): Promise<void> {
    this.looking.leave();
    this.browser.abort();
    this.stopDrafts();
    clearTimeout(this.confirming);
    clearTimeout(this.checking);
    this.feed.close();
    this.changes.outbox.stop();
    this.loader.close();
    this.views.close();
    this.parts.tabs.close();
    await this.parts.disk.close(wipe);
  }

  private async open(): Promise<void> {
    const { disk } = this.parts;
    const [kept, changes] = await Promise.all([disk.open(), disk.changes()]);
    if (this.browser.signal.aborted) return;
    this.restore(kept);
    this.changes.restore(changes);
    for (const { order } of changes) this.orders.follow(order);
    this.settle();
  }

  private restore({ rows, journal }: Kept): void {
    if (!rows || rows.head.schema !== SCHEMA || rows.head.user !== this.userId) return;
    this.replica.base(rows);
    for (const frame of chain(rows.head.seq, journal)) this.replica.frame(frame);
  }

  private async lead(leads: boolean): Promise<void> {
    const late = this.joined;
    this.joined = true;
    this.chosen = leads;
    if (!leads) return this.followOther();
    if (late) await this.takeOver();
    // Another tab may have been chosen meanwhile.
    if (!this.chosen || this.browser.signal.aborted || this.status.isOver) return;
    this.leads = true;
    this.feed.look(this.looking.topic);
    this.feed.connect();
    this.changes.outbox.start();
    this.confirmSoon();
    this.post({ kind: "leader" });
    this.post({ kind: "online", online: this.status.get().online });
  }

  private followOther(): void {
    if (this.leads) {
      this.leads = false;
      this.feed.release();
      this.changes.outbox.stop();
    }
    this.parts.tabs.post({ kind: "hello" });
    void this.feed.catchUp();
  }

  /** Browsers freeze tabs that nobody sees, also one that leads: then the one that is seen takes over. */
  private checkLeader(): void {
    if (this.leads || !this.joined) return;
    this.heard = false;
    this.parts.tabs.post({ kind: "hello" });
    clearTimeout(this.checking);
    this.checking = setTimeout(() => {
      if (!this.heard && !this.leads) this.parts.tabs.steal();
    }, SILENCE);
  }

  /** The tab that led may have ended with less on disk than it has told, or with changes that it has not. */
  private async takeOver(): Promise<void> {
    const { disk } = this.parts;
    const [seq, changes] = await Promise.all([disk.seq(), disk.changes()]);
    this.replica.seq = Math.min(seq, this.replica.seq);
    this.changes.add(changes, "sent");
    this.changes.doubt();
    this.settle();
  }

  private hear(message: Message): void {
    this.heard ||= message.kind === "online";
    // Of one that led before, was frozen, and does not know yet.
    if ((message.kind === "open" || message.kind === "dropped") && this.chosen) return;
    this.changes.hear(message);
    if (message.kind === "leader") {
      this.changes.announce();
      this.looking.again();
    } else if (message.kind === "hello") {
      this.post({ kind: "online", online: this.status.get().online });
      this.post({ kind: "open", orders: this.changes.open() });
    } else if (message.kind === "frames") for (const frame of message.frames) this.feed.receive(frame);
    else if (message.kind === "restart" && !this.leads) {
      this.replica.seq = -1;
      void this.feed.catchUp();
    } else if (message.kind === "online" && !this.leads) this.status.set({ online: message.online });
    else if (message.kind === "ended") this.ended(message.phase, message.error);
    else if (message.kind === "look" && this.leads) this.feed.look(message.topic);
    else if (message.kind === "presence") this.looking.met(message.topic, message.users);
  }

  /** What becomes of changes and rows is for the leader to say. */
  private post(message: Message): void {
    if (this.leads || message.kind === "look" || message.kind === "added") this.parts.tabs.post(message);
  }

  private applied(frames: readonly Frame[]): void {
    // First the rows, so that no tab shows the old ones when what was laid over them goes.
    this.post({ kind: "frames", frames });
    if (this.leads) this.parts.disk.append(frames);
    this.changes.confirm(frames.flatMap((frame) => frame.mutations));
    this.settle();
    if (frames.some(({ changes }) => changes.length > 0)) this.news.tell();
  }

  /** After rows have changed. */
  private settle(): void {
    this.replica.flush();
    this.tellChanges();
    if (this.replica.seq < 0 || this.status.get().phase !== "starting") return;
    this.status.set({ phase: "ready" });
    this.isReady();
  }

  private tellChanges(): void {
    const { waiting, failing } = draftsState(this.drafts);
    this.status.set({
      unsent: this.changes.unsent + waiting,
      texts: waiting,
      kept: this.changes.kept,
      persisted: this.parts.disk.persisted && !failing,
    });
  }

  /** Whether something is lost when the page goes now. */
  private loses(): boolean {
    const { changes, parts } = this;
    return !changes.kept || (changes.unsent > 0 && !parts.disk.persisted) || draftsState(this.drafts).loose;
  }

  private confirmSoon(): void {
    if (this.confirming !== undefined) return;
    this.confirming = setTimeout(() => {
      this.confirming = undefined;
      if (this.changes.taken().length) void this.feed.catchUp();
    }, CONFIRM);
  }

  /** Whether the server answers is for the leader to say, who has the socket. */
  private reached(online: boolean): void {
    if (this.joined && !this.leads) return;
    const was = this.status.get().online;
    this.status.set({ online });
    if (was === online) return;
    this.post({ kind: "online", online });
    if (!online) return;
    this.changes.outbox.kick(true);
    this.confirmSoon();
  }

  private ended(phase: Ending, error: string | null): void {
    this.status.set({ phase, error });
    this.post({ kind: "ended", phase, error });
    this.changes.outbox.stop();
    this.feed.close();
    this.loader.close();
  }
}
