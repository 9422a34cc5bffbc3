/** What the engine keeps between starts, and the form of it in memory. `idb-disk.ts` keeps it in the browser. */

import type { Change } from "./pending.ts";
import type { Bootstrap, Frame } from "./protocol.ts";
import type { Id } from "./rows.ts";

/** What was kept: rows, and what came after them in the order in which it came. */
export interface Kept {
  readonly rows: Bootstrap | null;
  readonly journal: readonly Frame[];
}

/** Nothing here rejects: a disk that fails keeps nothing from then on, and says so. */
export interface Disk {
  /** Whether what is written is there at the next start. */
  readonly persisted: boolean;
  onFailed: () => void;
  /** The rows of the workspace; makes the disk ready. */
  open(): Promise<Kept>;
  /** A project's items, with what came after them. */
  items(project: Id): Promise<Kept>;
  /** The place in the log up to which rows and journal go. */
  seq(): Promise<number>;
  /** Puts rows in the place of all rows and of the journal. */
  restart(base: Bootstrap, items: ReadonlyMap<Id, Bootstrap>): void;
  putItems(project: Id, items: Bootstrap): void;
  append(frames: readonly Frame[]): void;
  /** Changes that were not confirmed, in order. */
  changes(): Promise<readonly Change[]>;
  /** Resolves when they are kept, or never will be. */
  keep(changes: readonly Change[], instead?: readonly string[]): Promise<void>;
  forget(orders: readonly string[]): void;
  close(wipe: boolean): Promise<void>;
}

/** Keeps nothing. */
export class NoDisk implements Disk {
  readonly persisted = false;
  onFailed = (): void => {};
  open = async (): Promise<Kept> => ({ rows: null, journal: [] });
  items = this.open;
  seq = async (): Promise<number> => Number.POSITIVE_INFINITY;
  restart = (): void => {};
  putItems = (): void => {};
  append = (): void => {};
  changes = async (): Promise<readonly Change[]> => [];
  keep = async (): Promise<void> => {};
  forget = (): void => {};
  close = async (): Promise<void> => {};
}

/** The frames of a journal that continue rows of `seq` without a gap. */
export function chain(seq: number, journal: readonly Frame[]): Frame[] {
  const frames: Frame[] = [];
  let at = seq;
  for (const frame of journal) {
    if (frame.prev > at) break;
    if (frame.seq <= at) continue;
    frames.push(frame);
    at = frame.seq;
  }
  return frames;
}
