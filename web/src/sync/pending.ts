/** The user's changes that no row of the server shows yet, in the order in which they were made. */

import type { Mutation } from "./contract.ts";
import { laid } from "./lists.ts";
import type { Entity, Id, Row } from "./rows.ts";

export interface Change {
  /** A UUID of version 7: the place in the order, and the key on disk. */
  readonly order: string;
  /** The `Idempotency-Key`. */
  readonly key: string;
  /** Changes that the user made in one go have the same one. */
  readonly step: string;
  readonly label: string;
  /** Changes of one lane are sent one after the other: the project's id, or "". */
  readonly lane: string;
  readonly mutation: Mutation;
}

/** `waiting`: may still be changed; `sent`: an answer is awaited or was lost; `done`: the server has it, its rows do not show it yet. */
export type Stage = "waiting" | "sent" | "done";

export interface Entry {
  change: Change;
  stage: Stage;
}

export class Pending {
  private readonly entries = new Map<string, Entry>();
  private readonly byRow = new Map<string, Entry[]>();

  /** In the order of making. */
  all(): Iterable<Entry> {
    return this.entries.values();
  }

  get(order: string): Entry | undefined {
    return this.entries.get(order);
  }

  add(change: Change): Entry {
    const held = this.entries.get(change.order);
    if (held) return held;
    const entry: Entry = { change, stage: "waiting" };
    this.entries.set(change.order, entry);
    const name = nameOf(change.mutation);
    const row = this.byRow.get(name);
    if (row) row.push(entry);
    else this.byRow.set(name, [entry]);
    return entry;
  }

  /** What was done to the same row right before. */
  before(entry: Entry): Entry | undefined {
    const row = this.byRow.get(nameOf(entry.change.mutation)) ?? [];
    return row[row.indexOf(entry) - 1];
  }

  remove(order: string): Entry | undefined {
    const entry = this.entries.get(order);
    if (!entry) return undefined;
    this.entries.delete(order);
    const name = nameOf(entry.change.mutation);
    const rest = (this.byRow.get(name) ?? []).filter((other) => other !== entry);
    if (rest.length) this.byRow.set(name, rest);
    else this.byRow.delete(name);
    return entry;
  }

  clear(): void {
    this.entries.clear();
    this.byRow.clear();
  }

  /** What is seen of a row with the changes laid over it. */
  lay<R extends Row>(entity: Entity, id: Id, row: R | undefined): R | undefined {
    let seen = row;
    for (const { change } of this.byRow.get(`${entity} ${id}`) ?? []) {
      const { mutation } = change;
      if (mutation.kind === "create" || mutation.kind === "restore")
        seen ??= { ...mutation.row, id, version: 0 } as unknown as R;
      else if (mutation.kind === "update" && mutation.row) seen ??= { ...mutation.row, id } as unknown as R;
      if (mutation.kind === "delete") seen = undefined;
      else if (mutation.kind === "update" && seen)
        seen = { ...seen, ...mutation.patch, ...laid(mutation.lists, { ...seen, ...mutation.patch }) };
    }
    return seen;
  }
}

function nameOf(mutation: Mutation): string {
  return `${mutation.entity} ${mutation.id}`;
}
