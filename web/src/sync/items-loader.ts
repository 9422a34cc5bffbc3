/** Holds the items of projects that somebody looks at: from disk when they are there, else from the server. */

import { chain, type Disk } from "./disk.ts";
import type { Feed } from "./feed.ts";
import { SCHEMA } from "./protocol.ts";
import type { Replica } from "./replica.ts";
import type { Id } from "./rows.ts";
import { Failure, OUTDATED, type Transport } from "./transport.ts";

const LONGEST = 30_000;

export class ItemsLoader {
  private readonly wanted = new Map<Id, Promise<void>>();
  private wake: () => void = () => {};
  private closed = false;

  constructor(
    private readonly replica: Replica,
    private readonly disk: Disk,
    private readonly transport: Transport,
    private readonly feed: Feed,
    private readonly ready: Promise<void>,
  ) {}

  load(project: Id): Promise<void> {
    const loading = this.wanted.get(project) ?? this.first(project);
    this.wanted.set(project, loading);
    // Who asks again after a failure gets another try.
    loading.catch(() => this.wanted.delete(project));
    return loading;
  }

  /** Fetches anew what is wanted of these. */
  refresh(projects: Iterable<Id>): void {
    for (const project of projects) if (this.wanted.has(project)) void this.fetch(project).catch(() => {});
  }

  /** Tries at once what waits for the network. */
  retry(): void {
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  private async first(project: Id): Promise<void> {
    await this.ready;
    if (!(await this.fromDisk(project))) await this.fetch(project);
  }

  private async fromDisk(project: Id): Promise<boolean> {
    const { rows, journal } = await this.disk.items(project);
    if (!rows || this.replica.seq < 0 || this.closed) return false;
    const frames = chain(rows.head.seq, journal);
    this.replica.items(project, rows);
    const usable = this.replica.catchUpItems(project, frames);
    if (usable) void this.feed.rewind(frames.at(-1)?.seq ?? rows.head.seq);
    else this.replica.release(project, Number.POSITIVE_INFINITY);
    this.replica.flush();
    return usable;
  }

  private async fetch(project: Id): Promise<void> {
    for (let attempt = 0; !this.closed; attempt++) {
      try {
        const items = await this.transport.bootstrap(project);
        if (this.closed) return;
        if (items.head.schema !== SCHEMA) throw new Failure(OUTDATED);
        this.replica.items(project, items);
        void this.feed.rewind(items.head.seq);
        this.replica.flush();
        this.disk.putItems(project, items);
        return;
      } catch (failure) {
        const passing =
          failure instanceof Failure && (failure.status === 0 || failure.status === 429 || failure.status >= 500);
        if (!passing) throw failure;
        await this.pause(Math.min(LONGEST, 500 * 2 ** attempt));
      }
    }
  }

  private pause(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
