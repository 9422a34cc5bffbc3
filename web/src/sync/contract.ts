/** What the engine offers to the rest of the app. `engine.ts` makes one; nothing outside `sync/` knows how it works. */

import type { Entity, Id, Rows } from "./rows.ts";
import type { View, ViewSpec } from "./view-spec.ts";

/** A collection of immutable rows, server rows with what the user changed laid over them. */
export interface Table<E extends Entity> {
  get(id: Id): Rows[E] | undefined;
  all(): Iterable<Rows[E]>;
  readonly size: number;
  /** Grows with each change of any row. */
  readonly version: number;
  /** Told after each change of any row (once a burst). Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Told after a change of this row. */
  subscribeRow(id: Id, listener: () => void): () => void;
}

/** One change that the user makes. It shows at once, is kept until the server has it, and is taken back when the server refuses. */
export type Mutation =
  | { kind: "create"; entity: Creatable; id: Id; row: Record<string, unknown>; extra?: Record<string, unknown> }
  | {
      kind: "update";
      entity: Entity;
      id: Id;
      patch: Record<string, unknown>;
      extra?: Record<string, unknown>;
      /** Made by the engine of the lists of the patch. */
      lists?: Lists;
      /** The cycle that it is taken out of, said by the engine. */
      from?: Id;
      /** The row as it is seen until the server's is here, for one that is not held here, such as an archived item. */
      row?: Record<string, unknown>;
    }
  | { kind: "delete"; entity: Entity; id: Id }
  /** Brings a deleted item back, with all that hung on it; `row` is what shows until the server's row is here. */
  | { kind: "restore"; entity: "work_item"; id: Id; row: Record<string, unknown> };

/** What comes into a list and what goes from it. */
export interface ListChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Changes of lists by their fields. */
export type Lists = Readonly<Record<string, ListChange>>;

export type Creatable = "work_item" | "state" | "label" | "project";

export interface MutateOptions {
  /** What the undo toast and the list of unsent changes say, such as "Moved 3 items to Done". */
  label: string;
  /** Whether undo takes it back; default true. */
  undoable?: boolean;
}

/** What became of a change. Rejects with a `Refused` when the server refused it (already rolled back and reported by then). */
export interface Mutated {
  /** Resolves when the server has it. Never rejects while merely offline. */
  readonly sent: Promise<void>;
}

/** A change that the server refused; its effect has been taken back. */
export interface Refused {
  readonly label: string;
  /** In words for the user, from the server's answer. */
  readonly reason: string;
  readonly status: number;
  readonly mutations: readonly Mutation[];
  readonly requestId: string | null;
}

/** Nothing is sent or heard any more. `outdated`: the server is newer than this app, which has to be loaded anew. */
export type Ending = "signed_out" | "forbidden" | "outdated" | "failed";

export interface Status {
  readonly phase: "starting" | "ready" | Ending;
  readonly online: boolean;
  /** Changes and texts that the server has not confirmed. */
  readonly unsent: number;
  /** How many of these are texts: comments, descriptions. */
  readonly texts: number;
  /** Whether all changes are on disk by now, as far as there is one. */
  readonly kept: boolean;
  /** Whether this browser could keep data on disk. */
  readonly persisted: boolean;
  readonly error: string | null;
}

/** What the user did in one go. */
export interface Undoable {
  readonly step: Id;
  readonly label: string;
}

/** Something below an item, or its text, changed elsewhere; who shows it fetches it again. */
export interface Touch {
  readonly entity: string;
  readonly id: Id;
  readonly about: Id;
  readonly version: number;
  readonly verb: string;
}

export interface Presence {
  readonly user: Id;
  readonly session: string;
}

export interface Engine {
  readonly slug: string;
  readonly userId: Id;
  table<E extends Entity>(entity: E): Table<E>;
  /** A live view; the same spec gives the same view while somebody listens. */
  view(spec: ViewSpec): LiveView;
  /** Holds the items of a project from now on; resolves when rows are there, from disk or from the server. */
  load(project: Id): Promise<void>;
  isLoaded(project: Id): boolean;
  mutate(change: Mutation | readonly Mutation[], options: MutateOptions): Mutated;
  /** Takes back the last undoable change; resolves with its label, or null if there is none. With a step: only if that is the last. */
  undo(step?: Id): Promise<string | null>;
  redo(): Promise<string | null>;
  status(): Status;
  onStatus(listener: () => void): () => void;
  /** Told of refused changes. */
  onRefused(listener: (refused: Refused) => void): () => void;
  /** Told of each undoable change, to offer undo. */
  onUndoable(listener: (made: Undoable) => void): () => void;
  /** Told of steps that are not to be taken back any more: the server refused them. */
  onForgotten(listener: (step: Id) => void): () => void;
  /** Told when something happened in the workspace, whatever it was and wherever: once for all that came together. */
  onNews(listener: () => void): () => void;
  /** Told of what happens below an item. */
  watch(item: Id, listener: (touch: Touch) => void): () => void;
  /** Says what this tab looks at, such as `item:<id>`; null: nothing. */
  look(topic: string | null): void;
  /** Who looks at it, this user's own sessions left out. */
  present(topic: string, listener: (people: readonly Presence[]) => void): () => void;
  /** Stops; `wipe` also removes what is kept on disk of this workspace. */
  close(wipe?: boolean): Promise<void>;
}

export interface LiveView {
  get(): View;
  subscribe(listener: () => void): () => void;
}
