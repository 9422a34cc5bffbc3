/** A disk and tabs in memory for tests: what outlives a reload, and who leads. Not part of the app. */

import type { Disk, Kept } from "./disk.ts";
import type { Change } from "./pending.ts";
import type { Bootstrap, Frame } from "./protocol.ts";
import type { Id } from "./rows.ts";
import type { Message, Tabs } from "./tabs.ts";

/** What is on the disk of one browser. Each tab has a `MemoryDisk` on it. */
export class Platter {
  base: Bootstrap | null = null;
  readonly items = new Map<Id, Bootstrap>();
  journal: Frame[] = [];
  readonly changes = new Map<string, Change>();
}

export class MemoryDisk implements Disk {
  readonly persisted = true;
  onFailed = (): void => {};
  /** A tab that died writes nothing more. */
  dead = false;

  constructor(private readonly platter: Platter) {}

  async open(): Promise<Kept> {
    return structuredClone({ rows: this.platter.base, journal: this.platter.journal });
  }

  async items(project: Id): Promise<Kept> {
    const rows = this.platter.items.get(project) ?? null;
    const usable = rows && rows.head.seq >= (this.platter.base?.head.seq ?? Number.POSITIVE_INFINITY);
    return structuredClone({ rows: usable ? rows : null, journal: this.platter.journal });
  }

  async seq(): Promise<number> {
    let seq = this.platter.base?.head.seq ?? Number.POSITIVE_INFINITY;
    for (const frame of this.platter.journal) if (frame.prev <= seq) seq = Math.max(seq, frame.seq);
    return seq;
  }

  restart(base: Bootstrap, items: ReadonlyMap<Id, Bootstrap>): void {
    if (this.dead) return;
    this.platter.base = structuredClone(base);
    this.platter.journal = [];
    this.platter.items.clear();
    for (const [project, rows] of items) this.platter.items.set(project, structuredClone(rows));
  }

  putItems(project: Id, items: Bootstrap): void {
    if (!this.dead) this.platter.items.set(project, structuredClone(items));
  }

  append(frames: readonly Frame[]): void {
    if (!this.dead) this.platter.journal.push(...structuredClone([...frames]));
  }

  async changes(): Promise<readonly Change[]> {
    return structuredClone([...this.platter.changes.values()]).sort((a, b) => (a.order < b.order ? -1 : 1));
  }

  async keep(changes: readonly Change[], instead: readonly string[] = []): Promise<void> {
    if (this.dead) return;
    for (const order of instead) this.platter.changes.delete(order);
    for (const change of changes) this.platter.changes.set(change.order, structuredClone(change));
  }

  forget(orders: readonly string[]): void {
    if (!this.dead) for (const order of orders) this.platter.changes.delete(order);
  }

  async close(): Promise<void> {
    this.dead = true;
  }
}

/** The tabs of one browser. The first that came leads; when it goes, the next. */
export class Browser {
  private readonly tabs: FakeTabs[] = [];

  tab(): FakeTabs {
    return new FakeTabs(this.tabs);
  }
}

export class FakeTabs implements Tabs {
  /** What happened while it was frozen, in order. */
  private readonly missed: (() => void)[] = [];
  private asleep = false;
  private lead: (leads: boolean) => void = () => {};
  private hear: (message: Message) => void = () => {};

  constructor(private readonly all: FakeTabs[]) {}

  join(lead: (leads: boolean) => void, hear: (message: Message) => void): void {
    this.lead = lead;
    this.hear = hear;
    this.all.push(this);
    lead(this.all[0] === this);
  }

  /** As a browser freezes a tab that nobody sees: what it is told waits until it wakes. */
  set frozen(frozen: boolean) {
    this.asleep = frozen;
    if (!frozen) for (const task of this.missed.splice(0)) this.run(task);
  }

  /** In a task of its own, as everything that a tab hears. */
  private run(task: () => void): void {
    setTimeout(() => {
      if (this.asleep) this.missed.push(task);
      else if (this.all.includes(this)) task();
    });
  }

  post(message: Message): void {
    const sent = structuredClone(message);
    for (const tab of this.all) {
      if (tab !== this) tab.run(() => tab.hear(sent));
    }
  }

  steal(): void {
    const [first] = this.all;
    if (!first || first === this || !this.all.includes(this)) return;
    this.all.splice(this.all.indexOf(this), 1);
    this.all.unshift(this);
    // Who led hears of it later than who leads now.
    first.run(() => this.all[0] !== first && first.lead(false));
    this.lead(true);
  }

  close(): void {
    const led = this.all[0] === this;
    const at = this.all.indexOf(this);
    if (at >= 0) this.all.splice(at, 1);
    const next = this.all[0];
    if (led && next) setTimeout(() => this.all[0] === next && next.lead(true));
  }
}
