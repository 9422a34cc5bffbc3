/** Where the user is, as the commands are told. The root route keeps `place` current. */

import { currentEngine } from "../app/engine.ts";
import { selection } from "../features/items/selection.ts";
import { itemAt } from "../features/properties/address.ts";
import type { Engine } from "../sync/contract.ts";
import type { CommandContext } from "./registry.ts";

export interface Place {
  readonly workspace: string | null;
  /** The letters of the project in the address. */
  readonly project: string | null;
  /** The item that is open beside the list or as a page, such as `ENG-12`. */
  readonly item: string | null;
  readonly screen: string;
  readonly navigate: (to: string) => void;
}

let place: Place = { workspace: null, project: null, item: null, screen: "", navigate: () => undefined };

export function setPlace(next: Place): void {
  place = next;
}

export function currentPlace(): Place {
  return place;
}

export function currentContext(): CommandContext {
  const engine = place.workspace ? currentEngine() : null;
  const project = engine && place.project ? projectOf(engine, place.project) : null;
  return { engine, items: chosen(engine), project, screen: place.screen, navigate: place.navigate };
}

/** Chosen items, else the focused one, else the open one. */
function chosen(engine: Engine | null): readonly string[] {
  const items = selection.items();
  if (items.length > 0) return items;
  const open = engine && place.item ? itemAt(engine, place.item) : null;
  return open ? [open.id] : [];
}

/** The id of the project with these letters. */
export function projectOf(engine: Engine, letters: string): string | null {
  const wanted = letters.toUpperCase();
  for (const project of engine.table("project").all()) {
    if (project.identifier.toUpperCase() === wanted || project.id === letters) return project.id;
  }
  return null;
}
