/** The mailbox on the screen, one for each filter; and what the user does with notifications. */

import { inWords } from "../../app/error.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { type Filter, isWaiting } from "./filter.ts";
import { askBeforeLeaving } from "./leaving.ts";
import { Mailbox } from "./mailbox.ts";
import { type Notification, readPage } from "./remote.ts";
import { type Counts, countsOf } from "./unread.ts";

/** So many requests of one act at a time. */
const AT_ONCE = 4;

export interface Act {
  readonly rows: readonly Notification[];
  readonly change: Partial<Notification>;
  readonly send: (id: Id) => Promise<Notification>;
  /** Nobody has asked for it, and nobody is asked before it is lost. */
  readonly isMinor?: boolean;
}

/** What came of an act: which of its rows were refused, and why the first was. */
export interface Outcome {
  readonly refused: readonly Id[];
  readonly reason: { readonly message: string; readonly status: number } | null;
}

export class Boxes {
  readonly counts: Counts;
  private open: Mailbox | null = null;
  private readonly known = new Map<string, Mailbox>();
  /** Acts are sent in their order, so that what takes one back comes after it. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly engine: Engine) {
    this.counts = countsOf(engine);
  }

  of(filter: Filter): Mailbox {
    const { slug, userId } = this.engine;
    const name = JSON.stringify(filter);
    const there = this.known.get(name);
    if (there) return there;
    const read = (size: number, number: number) => readPage(slug, filter, size, number);
    const key = `${userId}/${slug}/notifications/${name}`;
    const made = new Mailbox(filter, key, read, () => this.counts.asking.changes);
    this.known.set(name, made);
    return made;
  }

  /** It is on the screen, and kept as the server has it, until the returned function is called. */
  show(box: Mailbox): () => void {
    this.open = box;
    void box.open();
    const { asking } = this.counts;
    const newest = () => {
      const [row] = box.get().rows ?? [];
      return `${row?.id} ${row?.happened_at}`;
    };
    const stop = asking.add(async () => {
      const before = newest();
      await box.refresh();
      if (newest() !== before) asking.brisk();
    });
    return () => {
      stop();
      box.settle();
      if (this.open === box) this.open = null;
    };
  }

  /** Shows it at once, sends it, and takes back what was refused. */
  act(act: Act): Promise<Outcome> {
    const { counts } = this;
    this.forgetOthers();
    const release = counts.asking.hold();
    const sure = act.isMinor ? () => undefined : askBeforeLeaving();
    this.lay(
      act.rows,
      act.rows.map((row) => ({ ...row, ...act.change })),
    );
    const sent = this.last.then(() => this.send(act));
    this.last = sent.catch(() => undefined);
    return sent.finally(() => {
      sure();
      release();
    });
  }

  /** The whole of a filter is read, as far as it is known here at once. */
  async readAll(send: () => Promise<void>): Promise<void> {
    const rows = this.open?.get().rows?.filter(({ read_at }) => !read_at) ?? [];
    const read = rows.map((row) => ({ ...row, read_at: new Date().toISOString() }));
    this.forgetOthers();
    const release = this.counts.asking.hold();
    const sure = askBeforeLeaving();
    this.lay(rows, read);
    const sent = this.last.then(send);
    this.last = sent.catch(() => undefined);
    try {
      await sent;
    } catch (error) {
      this.lay(read, rows);
      throw error;
    } finally {
      sure();
      release();
    }
  }

  private async send({ rows, change, send }: Act): Promise<Outcome> {
    const refused: Notification[] = [];
    let reason: Outcome["reason"] = null;
    const waiting = [...rows];
    const worker = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        try {
          await send(row.id);
        } catch (error) {
          refused.push(row);
          reason ??= { message: inWords(error).message, status: statusOf(error) };
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (refused.length > 0)
      this.lay(
        refused.map((row) => ({ ...row, ...change })),
        refused,
      );
    return { refused: refused.map(({ id }) => id), reason };
  }

  /** Shows rows in the place of what they were, and counts them so. */
  private lay(before: readonly Notification[], after: readonly Notification[]): void {
    this.open?.put(after);
    const waiting = (rows: readonly Notification[]) => rows.filter((row) => isWaiting(row));
    const mentions = (rows: readonly Notification[]) => rows.filter(({ reasons }) => reasons.includes("mentioned"));
    const [were, are] = [waiting(before), waiting(after)];
    this.counts.add(are.length - were.length, mentions(are).length - mentions(were).length);
  }

  /** What other filters show is not as it was. */
  private forgetOthers(): void {
    for (const [name, box] of this.known) if (box !== this.open) this.known.delete(name);
  }
}

function statusOf(error: unknown): number {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 0;
}

const all = new WeakMap<Engine, Boxes>();

export function boxesOf(engine: Engine): Boxes {
  const there = all.get(engine);
  if (there) return there;
  const made = new Boxes(engine);
  all.set(engine, made);
  return made;
}
