/** What stands for an item in addresses: its key, or its id below the letters of its project until the server has given it a number. */

import type { Engine } from "../../sync/contract.ts";
import type { Id, Project, WorkItem } from "../../sync/rows.ts";

type Named = Pick<WorkItem, "id" | "sequence_id">;

/** As people read it, such as `ENG-42`. Without a number there is nothing to read yet. */
export function keyOf(project: Project | undefined, { sequence_id: number }: Named): string {
  return `${project?.identifier ?? "?"}-${number > 0 ? number : "…"}`;
}

export function addressOf(project: Project | undefined, item: Named): string {
  return `${project?.identifier ?? "?"}-${item.sequence_id > 0 ? item.sequence_id : item.id}`;
}

/** An address taken apart: the letters of the project, and a number or an id. */
export interface Address {
  readonly letters: string;
  readonly number: number | null;
  readonly id: Id | null;
}

const PATTERN = /^(.+?)-(?:(\d+)|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/i;

export function parseAddress(text: string): Address | null {
  const [, letters, number, id] = PATTERN.exec(text.trim()) ?? [];
  if (!letters || (number !== undefined && Number(number) === 0)) return null;
  return { letters: letters.toUpperCase(), number: number ? Number(number) : null, id: id?.toLowerCase() ?? null };
}

export function projectAt(engine: Engine, { letters }: Address): Project | null {
  for (const project of engine.table("project").all()) if (project.identifier.toUpperCase() === letters) return project;
  return null;
}

/** The item of an address, if it is held here. */
export function itemAt(engine: Engine, text: string): WorkItem | null {
  const address = parseAddress(text);
  const project = address && projectAt(engine, address);
  return project ? itemIn(engine, project, address) : null;
}

export function itemIn(engine: Engine, project: Project, { number, id }: Address): WorkItem | null {
  const items = engine.table("work_item");
  if (id !== null) {
    const item = items.get(id);
    return item?.project === project.id ? item : null;
  }
  for (const item of items.all()) if (item.sequence_id === number && item.project === project.id) return item;
  return null;
}
