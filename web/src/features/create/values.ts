/** The properties of an item that is being written, as the pickers see them: lists of values. */

import type { Engine } from "../../sync/contract.ts";
import type { Id, Priority, Project, WorkItem } from "../../sync/rows.ts";
import { defaultsOf } from "../items/grouping.ts";
import type { Catalog } from "../properties/catalog.ts";
import { type EditableProperty, sameState } from "../properties/edit.ts";
import { mayMake } from "../properties/rights.ts";
import { defaultState, type NewItem } from "./make.ts";
import type { CreateRequest } from "./store.ts";

export type DraftValues = Partial<Record<EditableProperty, readonly string[]>>;

export const chips: readonly EditableProperty[] = [
  "state",
  "priority",
  "assignee",
  "label",
  "target_date",
  "start_date",
  "parent",
];

/** The project that is meant, else that of the last item that the viewer made here, else the first. */
export function firstProject(engine: Engine, catalog: Catalog, { project, parent }: CreateRequest): Id | null {
  const above = parent ? engine.table("work_item").get(parent) : undefined;
  const last = lastUsed(engine);
  const usual = last !== null && mayMake(catalog, last) ? last : null;
  return above?.project ?? project ?? usual ?? creatable(catalog)[0]?.id ?? null;
}

/** The projects in which the user may make items. */
export function creatable(catalog: Catalog): readonly Project[] {
  return catalog.projects().filter(({ id }) => mayMake(catalog, id));
}

function lastUsed(engine: Engine): Id | null {
  let last: WorkItem | null = null;
  for (const item of engine.table("work_item").all()) {
    if (item.created_by === engine.userId && (!last || item.created_at > last.created_at)) last = item;
  }
  return last?.project ?? null;
}

export function firstValues(catalog: Catalog, request: CreateRequest, project: Id): DraftValues {
  const fields: Partial<WorkItem> = { state: defaultState(catalog, project) };
  for (const { key, value } of request.groups ?? []) Object.assign(fields, defaultsOf(catalog, key, value, project));
  const assignee = catalog.project(project)?.default_assignee;
  return {
    state: listOf(fields.state),
    priority: listOf(fields.priority),
    assignee: fields.assignees ?? listOf(assignee),
    label: fields.labels ?? [],
    target_date: listOf(fields.target_date),
    parent: listOf(request.parent ?? fields.parent),
  };
}

function listOf(value: string | null | undefined): readonly string[] {
  return value ? [value] : [];
}

/** The same values in another project: its state of the same name, its labels and members only. */
export function fitInto(catalog: Catalog, values: DraftValues, project: Id): DraftValues {
  const [state] = values.state ?? [];
  const members = new Set(catalog.members(project).map(({ id }) => id));
  const labels = new Set(catalog.labels(project).map(({ id }) => id));
  return {
    ...values,
    state: listOf((state ? sameState(catalog, { project }, state) : null) ?? defaultState(catalog, project)),
    assignee: (values.assignee ?? []).filter((id) => members.has(id)),
    label: (values.label ?? []).filter((id) => labels.has(id)),
    parent: [],
  };
}

export function itemFields(values: DraftValues): Omit<NewItem, "project" | "name" | "description"> {
  const [state] = values.state ?? [];
  return {
    ...(state ? { state } : {}),
    priority: (values.priority?.[0] ?? "none") as Priority,
    assignees: values.assignee ?? [],
    labels: values.label ?? [],
    target_date: values.target_date?.[0] ?? null,
    start_date: values.start_date?.[0] ?? null,
    parent: values.parent?.[0] ?? null,
  };
}
