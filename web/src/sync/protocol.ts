/** What travels between the server and the engine. */

import type { Entity, Id, Row } from "./rows.ts";

/** The version of the rows' form; another one on disk or at the server means starting from nothing. */
export const SCHEMA = 1;

export interface Head {
  readonly schema: number;
  readonly workspace: Id;
  readonly user: Id;
  readonly seq: number;
}

/** The rows of a workspace (without work items) or the work items of a project. */
export interface Bootstrap {
  readonly head: Head;
  readonly rows: readonly EntityRow[];
}

export interface EntityRow {
  readonly entity: Entity;
  readonly row: Row;
}

export interface Change {
  readonly entity: string;
  readonly id: Id;
  readonly version: number;
  readonly row?: Row;
  readonly deleted?: boolean;
  readonly access?: "gained" | "lost" | "changed";
  /** The work item that something without a row of its own lies below. */
  readonly about?: Id;
  readonly verb?: string;
}

export interface Frame {
  readonly prev: number;
  readonly seq: number;
  readonly more?: boolean;
  readonly changes: readonly Change[];
  /** Idempotency keys of the user's own requests whose events lie in the frame. */
  readonly mutations: readonly string[];
}

export interface Restart {
  readonly bootstrap: true;
  readonly reason: string;
}

export const ENTITIES: readonly Entity[] = [
  "workspace",
  "member",
  "project",
  "project_member",
  "state",
  "label",
  "cycle",
  "module",
  "work_item_type",
  "work_item",
];

const known: ReadonlySet<string> = new Set(ENTITIES);

export function isEntity(name: string): name is Entity {
  return known.has(name);
}
