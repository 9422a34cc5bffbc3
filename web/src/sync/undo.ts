/** What the user did, as changes that take it back. A step may be several changes; undo takes them back as one. */

import type { Mutation } from "./contract.ts";
import { opposite } from "./lists.ts";
import { isArchiving } from "./routes.ts";
import type { Entity, Id, Row } from "./rows.ts";

const STEPS = 20;

export interface Step {
  readonly id: string;
  readonly label: string;
  readonly forward: readonly Mutation[];
  /** Takes `forward` back, last first. */
  readonly inverse: readonly Mutation[];
}

type Read = (entity: Entity, id: Id) => Row | undefined;

/** What is to be done, and how many changes are left alone because somebody else has changed the same since. */
export interface Plan {
  readonly mutations: readonly Mutation[];
  readonly skipped: number;
}

/** What a plan means for steps that may be taken back or made again later. */
interface Outcome extends Plan {
  /** New ids of rows that come back, by the ids that they had. */
  readonly names: ReadonlyMap<Id, Id>;
  /** Items that go, as they were. */
  readonly gone: ReadonlyMap<Id, Fields>;
}

type Fields = Readonly<Record<string, unknown>>;

export class History {
  private undoable: Step[] = [];
  private redoable: Step[] = [];

  constructor(
    private readonly read: Read,
    private readonly newId: () => Id,
  ) {}

  /** To be called before the changes are made. */
  step(id: string, label: string, forward: readonly Mutation[]): Step {
    const inverse = forward.map((mutation) => this.inverse(mutation)).filter((mutation) => mutation !== null);
    return { id, label, forward, inverse: inverse.reverse() };
  }

  push(step: Step): void {
    this.undoable = [...this.undoable, step].slice(-STEPS);
    this.redoable = [];
  }

  /** Forgets a step if as many changes as it has were refused. Whether it did. */
  forget(id: string, refused: number): boolean {
    const left = this.undoable.filter((step) => step.id !== id || step.forward.length > refused);
    const forgot = left.length < this.undoable.length;
    this.undoable = left;
    return forgot;
  }

  /** `only`: this step, if it is the last one. */
  undo(only?: string): { step: Step; plan: Plan } | null {
    if (only !== undefined && this.undoable.at(-1)?.id !== only) return null;
    const step = this.undoable.pop();
    if (!step) return null;
    const plan = this.plan(step.inverse, step.forward);
    this.redoable.push(this.again(this.renamed(step, plan.names), plan.gone));
    return { step, plan };
  }

  redo(): { step: Step; plan: Plan } | null {
    const step = this.redoable.pop();
    if (!step) return null;
    const plan = this.plan(step.forward, step.inverse);
    this.undoable.push(this.renamed(step, plan.names));
    return { step, plan };
  }

  private inverse(mutation: Mutation): Mutation | null {
    const { entity, id } = mutation;
    // A project takes all that is in it along, which no inverse brings back.
    if (entity === "project" && mutation.kind !== "update") return null;
    if (mutation.kind === "create" || mutation.kind === "restore") return { kind: "delete", entity, id };
    const held = this.read(entity, id) as Fields | undefined;
    const row = held ?? (mutation.kind === "update" ? mutation.row : undefined);
    if (!row) return null;
    if (mutation.kind === "delete") {
      // Items come back as they were; of a state or a label the server makes a new one.
      const { id: _, version: __, ...fields } = row;
      if (entity === "work_item") return { kind: "restore", entity, id, row: fields };
      return { kind: "create", entity: entity as "state", id, row: fields };
    }
    const patch = Object.fromEntries(Object.keys(mutation.patch).map((field) => [field, row[field] ?? null]));
    const lists = mutation.lists && { lists: opposite(mutation.lists, row) };
    // The server tells what is archived as gone: the row comes back with the way back.
    const whole = isArchiving(mutation) && entity === "work_item" && { row: { ...row } };
    return lists || Object.keys(patch).length ? { kind: "update", entity, id, patch, ...lists, ...whole } : null;
  }

  /** What of `wanted` still makes sense, where `made` is what it takes back. */
  private plan(wanted: readonly Mutation[], made: readonly Mutation[]): Outcome {
    const names = new Map<Id, Id>();
    const gone = new Map<Id, Fields>();
    const mutations: Mutation[] = [];
    let skipped = 0;
    for (const mutation of wanted) {
      // The server has made a row of that id already, and makes no second one: what comes back is a new row.
      if (mutation.kind === "create") names.set(mutation.id, this.newId());
      const current = this.current(rename(mutation, names), made);
      if (current) mutations.push(current);
      if (current?.kind === "delete" && current.entity === "work_item") {
        gone.set(current.id, this.fields("work_item", current.id) ?? {});
      }
      if (current !== mutation && mutation.kind !== "create")
        skipped += isSame(current, rename(mutation, names)) ? 0 : 1;
    }
    return { mutations, skipped, names, gone };
  }

  private fields(entity: Entity, id: Id): Fields | undefined {
    const row = this.read(entity, id) as Fields | undefined;
    if (!row) return undefined;
    const { id: _, version: __, ...fields } = row;
    return fields;
  }

  /** The change without the fields that somebody else has changed since. */
  private current(mutation: Mutation, made: readonly Mutation[]): Mutation | null {
    const { entity, id } = mutation;
    if (mutation.kind === "create") return mutation;
    const row = this.read(entity, id) as Fields | undefined;
    if (mutation.kind === "restore") return row ? null : mutation;
    if (!row) return mutation.kind === "update" && mutation.row ? mutation : null;
    if (mutation.kind === "delete") return mutation;
    const left: Record<string, unknown> = {};
    for (const other of made) {
      if (other.kind === "update" && other.entity === entity && other.id === id) Object.assign(left, other.patch);
    }
    const kept = Object.entries(mutation.patch).filter(([field]) => isSame(row[field] ?? null, left[field] ?? null));
    // Of a list only what was done to it is taken back: what others did to it stays by itself.
    return kept.length || mutation.lists ? { ...mutation, patch: Object.fromEntries(kept) } : null;
  }

  /** What made an item that goes brings it back when it is made again, with what was done to it at once. */
  private again(step: Step, gone: Outcome["gone"]): Step {
    if (!gone.size) return step;
    const forward = step.forward.flatMap((mutation): Mutation | readonly Mutation[] => {
      const { entity, id, kind } = mutation;
      const row = entity === "work_item" ? gone.get(id) : undefined;
      if (!row) return mutation;
      return kind === "create" || kind === "restore" ? { kind: "restore", entity: "work_item", id, row } : [];
    });
    return { ...step, forward };
  }

  /** Rows that came back have other ids; all that remembers them learns them. */
  private renamed(step: Step, names: ReadonlyMap<Id, Id>): Step {
    if (!names.size) return step;
    const all = (mutations: readonly Mutation[]) => mutations.map((mutation) => rename(mutation, names));
    const of = (other: Step): Step => ({ ...other, forward: all(other.forward), inverse: all(other.inverse) });
    this.undoable = this.undoable.map(of);
    this.redoable = this.redoable.map(of);
    return of(step);
  }
}

function rename(mutation: Mutation, names: ReadonlyMap<Id, Id>): Mutation {
  if (!names.size) return mutation;
  return swap(mutation, names) as Mutation;
}

function swap(value: unknown, names: ReadonlyMap<Id, Id>): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((entry) => swap(entry, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, swap(entry, names)]));
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
