/** This browser's copy of the workspace: applies what the server says, in order, each thing once. */

import type { Touch } from "./contract.ts";
import { Pending } from "./pending.ts";
import { type Bootstrap, type Change, ENTITIES, type Frame, isEntity } from "./protocol.ts";
import type { Entity, Id, Rows } from "./rows.ts";
import { RowTable } from "./table.ts";

export type Changed = ReadonlyMap<Entity, ReadonlySet<Id>>;

type Tables = { readonly [E in Entity]: RowTable<E> };

/** What a frame asks for beyond rows. */
export interface Effects {
  readonly touches: readonly Touch[];
  /** Projects whose items have to be fetched again by who wants them. */
  readonly stale: ReadonlySet<Id>;
}

/** Entities that belong to a project and come and go with its access, besides the items. */
const CONTENT = ["state", "label", "cycle", "module", "project_member"] as const;

export class Replica {
  readonly pending = new Pending();
  readonly tables: Tables;
  /** The place in the log that the rows are at; -1: no rows yet. */
  seq = -1;
  /** Projects whose items are here, with the place at which they were fetched. */
  readonly held = new Map<Id, number>();
  /** Told with all changes before the tables tell their listeners. */
  onChanged: (changed: Changed) => void = () => {};

  constructor() {
    const made = ENTITIES.map((entity) => [entity, this.table(entity)] as const);
    this.tables = Object.fromEntries(made) as unknown as Tables;
  }

  private table<E extends Entity>(entity: E): RowTable<E> {
    return new RowTable<E>(entity, (id, row: Rows[E] | undefined) => this.pending.lay(entity, id, row));
  }

  of<E extends Entity>(entity: E): RowTable<E> {
    return this.tables[entity];
  }

  /** Takes everything but work items as it is at the server, and lets go of all that was here. */
  base({ head, rows }: Bootstrap): void {
    this.held.clear();
    for (const entity of ENTITIES) this.tables[entity].drop(() => true);
    for (const { entity, row } of rows) if (entity !== "work_item") this.tables[entity].put(row);
    this.seq = head.seq;
  }

  /** Takes the work items of a project as they are at the server. What came after `head.seq` is to be applied again. */
  items(project: Id, { head, rows }: Bootstrap): void {
    this.held.set(project, head.seq);
    const table = this.tables.work_item;
    const ids = new Set(rows.map(({ row }) => row.id));
    table.drop((row) => row.project === project && !ids.has(row.id) && row.version <= head.seq);
    for (const { entity, row } of rows) if (entity === "work_item") table.put(row, Math.max(row.version, head.seq));
  }

  /** Takes a frame that continues what is here (`prev` at or before `seq`). One that is known already changes nothing. */
  frame(frame: Frame): Effects {
    const touches: Touch[] = [];
    const stale = new Set<Id>();
    if (frame.seq > this.seq) {
      for (const change of frame.changes) this.change(change, frame.seq, touches, stale);
      this.seq = frame.seq;
    }
    return { touches, stale };
  }

  /** Lays what came later over a project's kept items. Whether they are of use: not when the access has changed since. */
  catchUpItems(project: Id, frames: readonly Frame[]): boolean {
    for (const { changes } of frames) {
      for (const { entity, id, version, row, deleted, access } of changes) {
        if (entity === "project" && id === project && (access || deleted)) return false;
        if (entity !== "work_item") continue;
        if (deleted) this.tables.work_item.remove(id, version);
        else if ((row as Rows["work_item"]).project === project)
          this.tables.work_item.put(row as Rows["work_item"], version);
      }
    }
    return true;
  }

  private change(change: Change, seq: number, touches: Touch[], stale: Set<Id>): void {
    const { entity, id, version, row, about } = change;
    if (change.access) {
      if (this.access(change, seq)) stale.add(id);
    } else if (!isEntity(entity)) {
      if (about) touches.push({ entity, id, about, version, verb: change.verb ?? "updated" });
    } else if (change.deleted) {
      this.tables[entity].remove(id, version);
      if (entity === "project") this.release(id, seq);
    } else if (row && (entity !== "work_item" || this.held.has((row as Rows["work_item"]).project))) {
      this.tables[entity].put(row, version);
    }
  }

  /** Whether the items of the project, if somebody wants them, have to be fetched again. */
  private access({ id, access }: Change, seq: number): boolean {
    if (access !== "gained") this.dropContent(id);
    if (access === "lost") this.release(id, seq);
    return access !== "lost" && (this.held.get(id) ?? 0) < seq;
  }

  private dropContent(project: Id): void {
    for (const entity of CONTENT) {
      const table: RowTable<Entity> = this.tables[entity] as never;
      table.drop((row) => "project" in row && row.project === project);
    }
  }

  /** Lets go of a project's items, unless they were fetched after `seq`. */
  release(project: Id, seq: number): void {
    if ((this.held.get(project) ?? 0) > seq) return;
    this.held.delete(project);
    this.tables.work_item.drop((row) => row.project === project);
  }

  /** Tells everybody what changed since the last call: first the views, then who listens to rows. */
  flush(): void {
    const changed = new Map<Entity, ReadonlySet<Id>>();
    for (const entity of ENTITIES) {
      const ids = this.tables[entity].takeChanged();
      if (ids.size) changed.set(entity, ids);
    }
    if (!changed.size) return;
    this.onChanged(changed);
    for (const [entity, ids] of changed) this.tables[entity].tell(ids);
  }
}
