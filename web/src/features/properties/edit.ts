/** Changes of properties, of one item or of many, as one step that undo takes back. */

import { dayLabel } from "../../lib/dates.ts";
import type { Engine, Mutation } from "../../sync/contract.ts";
import type { Id, Priority, WorkItem } from "../../sync/rows.ts";
import { priorityName } from "../../ui/priority-icon.tsx";
import { type Catalog, catalogOf } from "./catalog.ts";
import type { PropertyId } from "./definitions.ts";

export type EditableProperty =
  | "state"
  | "priority"
  | "assignee"
  | "label"
  | "start_date"
  | "target_date"
  | "parent"
  | "type"
  | "estimate"
  | "cycle"
  | "module";

/** Those of which an item can have several values. */
export type ListProperty = "assignee" | "label" | "module";

const FIELDS = { assignee: "assignees", label: "labels", module: "modules" } as const;

export function isList(property: EditableProperty): property is ListProperty {
  return property in FIELDS;
}

export type ItemPatch = Partial<
  Pick<
    WorkItem,
    | "state"
    | "priority"
    | "assignees"
    | "labels"
    | "start_date"
    | "target_date"
    | "parent"
    | "name"
    | "sort_order"
    | "archived_at"
    | "type"
    | "estimate_point"
    | "cycle"
    | "modules"
  >
>;

export function itemsOf(engine: Engine, ids: readonly Id[]): WorkItem[] {
  const table = engine.table("work_item");
  return ids.flatMap((id) => {
    const item = table.get(id);
    return item ? [item] : [];
  });
}

/** How a message names them: its key, or how many they are. */
export function namesOf(catalog: Catalog, items: readonly WorkItem[]): string {
  const only = items.length === 1 ? items[0] : undefined;
  return only ? catalog.key(only) : `${items.length} items`;
}

/** Gives each item its patch; those that change nothing are left out. One undo for the lot. */
export function change(
  engine: Engine,
  items: readonly WorkItem[],
  patch: (item: WorkItem) => ItemPatch | null,
  label: (names: string) => string,
): void {
  const changed: WorkItem[] = [];
  const mutations: Mutation[] = [];
  for (const item of items) {
    const wanted = patch(item);
    if (!wanted || !differs(item, wanted)) continue;
    changed.push(item);
    mutations.push({ kind: "update", entity: "work_item", id: item.id, patch: wanted });
  }
  if (mutations.length === 0) return;
  send(engine, mutations, label(namesOf(catalogOf(engine), changed)));
}

/** Sends changes; a refusal is told by the engine's own listeners. */
export function send(engine: Engine, mutations: readonly Mutation[], label: string): void {
  engine.mutate(mutations, { label }).sent.catch(() => undefined);
}

function differs(item: WorkItem, patch: ItemPatch): boolean {
  return Object.entries(patch).some(([field, value]) => {
    const now: unknown = item[field as keyof ItemPatch];
    if (Array.isArray(value) && Array.isArray(now)) {
      return value.length !== now.length || value.some((entry) => !now.includes(entry));
    }
    return now !== value;
  });
}

/** Sets a property with one value; null takes it away. */
export function setValue(engine: Engine, ids: readonly Id[], property: EditableProperty, value: string | null): void {
  const catalog = catalogOf(engine);
  const items = itemsOf(engine, ids);
  const patch = (item: WorkItem): ItemPatch | null => {
    switch (property) {
      case "state": {
        const state = value === null ? null : sameState(catalog, item, value);
        return state ? { state } : null;
      }
      case "priority":
        return { priority: (value ?? "none") as Priority };
      case "parent":
        return value === item.id ? null : { parent: value };
      case "start_date":
      case "target_date":
        return { [property]: value };
      case "type":
      case "cycle":
        return { [property]: value };
      case "estimate":
        return { estimate_point: value };
      case "assignee":
      case "label":
      case "module":
        return { [FIELDS[property]]: value === null ? [] : [value] };
    }
  };
  change(engine, items, patch, (names) => setLabel(catalog, property, value, names));
}

/** Adds and takes away values of a property with several. */
export function changeValues(
  engine: Engine,
  ids: readonly Id[],
  property: ListProperty,
  added: readonly Id[],
  removed: readonly Id[],
): void {
  const field = FIELDS[property];
  const catalog = catalogOf(engine);
  const patch = (item: WorkItem): ItemPatch => {
    const wanted = property === "label" ? added.flatMap((id) => sameLabel(catalog, item, id) ?? []) : added;
    const kept = item[field].filter((id) => !removed.includes(id));
    return { [field]: [...kept, ...wanted.filter((id) => !kept.includes(id))] };
  };
  const name = (id: Id | undefined) => {
    if (id === undefined) return "";
    if (property === "label") return catalog.label(id)?.name ?? "a label";
    if (property === "module") return catalog.module(id)?.name ?? "a module";
    return catalog.member(id)?.display_name ?? "somebody";
  };
  const label = (names: string) => {
    if (property === "assignee") {
      return added.length > 0 ? `Assigned ${names} to ${name(added[0])}` : `Took ${name(removed[0])} off ${names}`;
    }
    return added.length > 0 ? `Added ${name(added[0])} to ${names}` : `Removed ${name(removed[0])} from ${names}`;
  };
  change(engine, itemsOf(engine, ids), patch, label);
}

/** The state of the item's own project that is meant: itself, or the one of the same name. */
export function sameState(catalog: Catalog, item: Pick<WorkItem, "project">, state: Id): Id | null {
  const meant = catalog.state(state);
  if (!meant || meant.project === item.project) return meant?.id ?? null;
  const states = catalog.states(item.project);
  return (
    (states.find(({ name }) => name === meant.name) ?? states.find(({ group }) => group === meant.group))?.id ?? null
  );
}

function sameLabel(catalog: Catalog, item: WorkItem, label: Id): Id | null {
  const meant = catalog.label(label);
  if (!meant || meant.project === null || meant.project === item.project) return meant?.id ?? null;
  return catalog.labels(item.project).find(({ name }) => name === meant.name)?.id ?? null;
}

function setLabel(catalog: Catalog, property: PropertyId, value: string | null, names: string): string {
  switch (property) {
    case "state":
      return `Moved ${names} to ${value === null ? "no state" : (catalog.state(value)?.name ?? "another state")}`;
    case "priority":
      return `Set priority of ${names} to ${priorityName((value ?? "none") as Priority).toLowerCase()}`;
    case "target_date":
      return value === null ? `Removed the due date of ${names}` : `Set due date of ${names} to ${dayLabel(value)}`;
    case "start_date":
      return value === null ? `Removed the start date of ${names}` : `Set start date of ${names} to ${dayLabel(value)}`;
    case "type":
      return value === null
        ? `Removed the type of ${names}`
        : `Made ${names} a ${catalog.type(value)?.name ?? "different type"}`;
    case "estimate":
      return value === null ? `Removed the estimate of ${names}` : `Estimated ${names}`;
    case "cycle":
      return value === null
        ? `Took ${names} out of its cycle`
        : `Put ${names} into ${catalog.cycle(value)?.name ?? "a cycle"}`;
    case "parent":
      return value === null ? `Took ${names} out of its parent` : `Set parent of ${names}`;
    default:
      return value === null
        ? `Unassigned ${names}`
        : `Assigned ${names} to ${catalog.member(value)?.display_name ?? "somebody"}`;
  }
}
