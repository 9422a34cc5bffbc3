/** Makes work items: complete rows, so that they show before the server has answered. */

import { newId } from "../../lib/ids.ts";
import type { Engine, Mutation } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { partsOf } from "../detail/parts.ts";
import { step } from "../items/rank.ts";
import { type Catalog, catalogOf } from "../properties/catalog.ts";
import { send } from "../properties/edit.ts";

export interface NewItem extends Partial<Pick<WorkItem, Settable>> {
  readonly project: Id;
  readonly name: string;
  readonly description?: string;
}

type Settable =
  | "state"
  | "priority"
  | "assignees"
  | "labels"
  | "parent"
  | "start_date"
  | "target_date"
  | "sort_order"
  | "type"
  | "estimate_point";

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

/** The same items once more, with their texts. Answers how many texts could not be had. */
export async function duplicateItems(engine: Engine, items: readonly WorkItem[]): Promise<number> {
  const catalog = catalogOf(engine);
  const texts = await Promise.all(items.map((item) => textOf(engine, item)));
  const made = items.flatMap((item, index) => {
    const { project, name, state, priority, assignees, labels, parent, start_date, target_date, sort_order } = item;
    const { type, estimate_point, cycle, modules } = item;
    const text = texts[index];
    const id = newId();
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
      type,
      estimate_point,
    };
    const create: Mutation = {
      kind: "create",
      entity: "work_item",
      id,
      row: { ...rowOf(engine, catalog, given) },
      ...(text ? { extra: { description_html: text } } : {}),
    };
    const place = (patch: Record<string, unknown>): Mutation => ({ kind: "update", entity: "work_item", id, patch });
    const open = new Set(catalog.cycles(project).map((row) => row.id));
    return [
      create,
      ...(cycle && open.has(cycle) ? [place({ cycle })] : []),
      ...modules.map((module) => put(id, module)),
    ];
  });
  const only = items.length === 1 ? items[0] : undefined;
  send(engine, made, `Duplicated ${only ? catalog.key(only) : `${items.length} items`}`);
  return texts.filter((text) => text === null).length;
}

function put(id: Id, module: Id): Mutation {
  return { kind: "update", entity: "work_item", id, patch: {}, lists: { modules: { added: [module], removed: [] } } };
}

/** As the server has it, or as it was seen last; null: nobody knows here. */
async function textOf(engine: Engine, item: WorkItem): Promise<string | null> {
  // Only the server's own items have one there.
  if (item.version === 0) return null;
  const { text } = partsOf(engine, item);
  await text.load();
  return text.get().value?.html ?? null;
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
