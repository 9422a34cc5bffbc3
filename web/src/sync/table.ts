/** Rows of one entity: what the server sent, with the user's unconfirmed changes laid over it. */

import type { Table } from "./contract.ts";
import type { Entity, Id, Row, Rows } from "./rows.ts";

/** Lays unconfirmed changes over the server's row; undefined: no such row. */
export type Overlay<R> = (id: Id, row: R | undefined) => R | undefined;

export class RowTable<E extends Entity> implements Table<E> {
  version = 0;
  /** What the server sent last. */
  readonly base = new Map<Id, Rows[E]>();
  private readonly rows = new Map<Id, Rows[E]>();
  private readonly listeners = new Set<() => void>();
  private readonly rowListeners = new Map<Id, Set<() => void>>();
  private changed = new Set<Id>();

  constructor(
    readonly entity: E,
    private readonly overlay: Overlay<Rows[E]>,
  ) {}

  get(id: Id): Rows[E] | undefined {
    return this.rows.get(id);
  }

  all(): Iterable<Rows[E]> {
    return this.rows.values();
  }

  get size(): number {
    return this.rows.size;
  }

  /** Takes a row as the server had it at `asOf`, unless a newer one is known. */
  put(row: Row, asOf: number = row.version): void {
    const { id } = row;
    if (asOf < (this.base.get(id)?.version ?? 0)) return;
    this.base.set(id, row as Rows[E]);
    this.refresh(id);
  }

  /** Takes the end of a row, unless a newer row is known. */
  remove(id: Id, version: number): void {
    const held = this.base.get(id);
    if (!held || held.version > version) return;
    this.base.delete(id);
    this.refresh(id);
  }

  /** Takes out rows that are no longer held here; they may come back at the same version. */
  drop(which: (row: Rows[E]) => boolean): void {
    for (const row of this.base.values()) {
      if (!which(row)) continue;
      this.base.delete(row.id);
      this.refresh(row.id);
    }
  }

  /** Works out again what is seen of a row. */
  refresh(id: Id): void {
    const row = this.overlay(id, this.base.get(id));
    if (row === this.rows.get(id)) return;
    if (row) this.rows.set(id, row);
    else this.rows.delete(id);
    this.changed.add(id);
  }

  /** The rows that changed since the last call. */
  takeChanged(): ReadonlySet<Id> {
    const changed = this.changed;
    if (changed.size) {
      this.changed = new Set();
      this.version++;
    }
    return changed;
  }

  tell(changed: ReadonlySet<Id>): void {
    if (!changed.size) return;
    if (this.rowListeners.size) {
      for (const id of changed) for (const listener of [...(this.rowListeners.get(id) ?? [])]) listener();
    }
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  subscribeRow(id: Id, listener: () => void): () => void {
    const listeners = this.rowListeners.get(id) ?? new Set();
    this.rowListeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (!listeners.size && this.rowListeners.get(id) === listeners) this.rowListeners.delete(id);
    };
  }
}
