/** Makes work items: complete rows, so that they show before the server has answered. */

import { newId } from "../../lib/ids.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { step } from "../items/rank.ts";
import { type Catalog, catalogOf } from "../properties/catalog.ts";
import { send } from "../properties/edit.ts";

export interface NewItem extends Partial<Pick<WorkItem, Settable>> {
  readonly project: Id;
  readonly name: string;
  readonly description?: string;
}

type Settable = "state" | "priority" | "assignees" | "labels" | "parent" | "start_date" | "target_date" | "sort_order";

/** The id of the item, which is there at once. */
export function createItem(engine: Engine, { description, ...given }: NewItem): Id {
  const id = newId();
  const row = rowOf(engine, catalogOf(engine), given);
  const extra = description ? { description_html: description } : {};
  engine
    .mutate({ kind: "create", entity: "work_item", id, row: { ...row }, extra }, { label: `Created “${given.name}”` })
    .sent.catch(() => undefined);
  return id;
}

/** The same item once more, without its text. */
export function duplicateItems(engine: Engine, items: readonly WorkItem[]): Id[] {
  const catalog = catalogOf(engine);
  const made = items.map((item) => {
    const { project, name, state, priority, assignees, labels, parent, start_date, target_date, sort_order } = item;
    const given = {
      project,
      name: `${name} (copy)`,
      state,
      priority,
      assignees,
      labels,
      parent,
      start_date,
      target_date,
      sort_order,
    };
    return {
      kind: "create" as const,
      entity: "work_item" as const,
      id: newId(),
      row: { ...rowOf(engine, catalog, given) },
    };
  });
  const only = items.length === 1 ? items[0] : undefined;
  send(engine, made, `Duplicated ${only ? catalog.key(only) : `${items.length} items`}`);
  return made.map(({ id }) => id);
}

function rowOf(
  engine: Engine,
  catalog: Catalog,
  given: Omit<NewItem, "description">,
): Omit<WorkItem, "id" | "version"> {
  const now = new Date().toISOString();
  return {
    sequence_id: 0,
    state: defaultState(catalog, given.project),
    priority: "none",
    assignees: [],
    labels: [],
    parent: null,
    type: null,
    estimate_point: null,
    point: null,
    start_date: null,
    target_date: null,
    completed_at: null,
    archived_at: null,
    sort_order: lastPlace(engine, given.project) + step,
    created_at: now,
    updated_at: now,
    created_by: engine.userId,
    sub_items_count: 0,
    sub_items_done: 0,
    link_count: 0,
    attachment_count: 0,
    cycle: null,
    modules: [],
    ...given,
  };
}

export function defaultState(catalog: Catalog, project: Id): Id {
  const states = catalog.states(project);
  const chosen = catalog.project(project)?.default_state;
  const state = states.find(({ id }) => id === chosen) ?? states.find((row) => row.default) ?? states[0];
  return state?.id ?? "";
}

function lastPlace(engine: Engine, project: Id): number {
  let last = 0;
  for (const item of engine.table("work_item").all()) {
    if (item.project === project && item.sort_order !== null && item.sort_order > last) last = item.sort_order;
  }
  return last;
}
