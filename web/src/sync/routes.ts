/** Which request makes which change. The one place that knows the addresses of what the engine writes. */

import type { Mutation } from "./contract.ts";
import type { Id } from "./rows.ts";
import type { Outgoing } from "./transport.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Route {
  /** Below the workspace; `project` is the lane of the change. */
  readonly path: (project: Id) => string;
  /** Fields of the row that the request takes, with the request's name where it is another one. */
  readonly fields: Readonly<Record<string, string>>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  work_item: {
    path: (project) => `projects/${project}/work-items/`,
    fields: {
      ...same("name", "state", "priority", "assignees", "labels", "parent", "point", "estimate_point", "start_date"),
      ...same("target_date", "sort_order", "external_source", "external_id"),
      type: "type_id",
    },
  },
  state: {
    path: (project) => `projects/${project}/states/`,
    fields: same("name", "color", "group", "sequence", "default", "description"),
  },
  label: {
    path: (project) => `projects/${project}/labels/`,
    fields: same("name", "color", "parent", "sort_order"),
  },
  project: {
    path: () => "projects/",
    fields: {
      ...same("name", "identifier", "description", "logo_props", "cover_image", "project_lead"),
      ...same("default_assignee", "default_state", "module_view", "cycle_view", "issue_views_view", "page_view"),
      ...same("intake_view", "guest_view_all_features", "timezone"),
      // A PATCH leaves `network` alone, as the compatible API does.
      network: "visibility",
    },
  },
};

function same(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** Whether the engine can make changes of this kind. */
export function isWritable(mutation: Mutation): boolean {
  return mutation.entity in ROUTES;
}

/** Into the archive and out of it something goes by a request of its own. */
export function isArchiving(mutation: Mutation): boolean {
  return mutation.kind === "update" && "archived_at" in mutation.patch;
}

/** Whether an item is taken out of a cycle or module: where it is not in there any more, that is done. */
export function isTakingOut(mutation: Mutation): boolean {
  return (
    mutation.kind === "update" && isPlacing(mutation) && !(mutation.patch.cycle || mutation.lists?.modules?.added[0])
  );
}

/** Into a cycle or module and out of it, too. */
function isPlacing(mutation: Mutation): boolean {
  return mutation.kind === "update" && ("cycle" in mutation.patch || mutation.lists?.modules !== undefined);
}

/** Whether the change is made by a request that makes nothing else. */
export function isAlone(mutation: Mutation): boolean {
  return isArchiving(mutation) || isPlacing(mutation);
}

/** The request that puts an item into a cycle or module, or takes it out. */
function placing({ id, patch, lists, from }: Mutation & { kind: "update" }, project: Id, key: string): Outgoing {
  const [added] = lists?.modules?.added ?? [];
  const [removed] = lists?.modules?.removed ?? [];
  const module = added ?? removed;
  const cycle = (patch.cycle as Id | null | undefined) ?? from;
  const collection = module
    ? `projects/${project}/modules/${module}/module-issues/`
    : `projects/${project}/cycles/${cycle}/cycle-issues/`;
  const comes = module ? added !== undefined : patch.cycle !== null;
  if (comes) return { method: "POST", path: collection, body: { issues: [id] }, key };
  return { method: "DELETE", path: `${collection}${id}/`, key };
}

/** The request for a change; `lane` is the project that it belongs to. */
export function requestFor(mutation: Mutation, lane: Id, key: string): Outgoing {
  const route = ROUTES[mutation.entity];
  if (!route) throw new Error(`Rows of ${mutation.entity} are not written by the engine.`);
  const collection = route.path(lane);
  const path = `${collection}${mutation.id}/`;
  if (mutation.kind === "update" && isArchiving(mutation)) {
    if (mutation.patch.archived_at !== null) return { method: "POST", path: `${path}archive/`, key };
    return { method: "DELETE", path: `${path}${mutation.entity === "project" ? "archive" : "unarchive"}/`, key };
  }
  if (mutation.kind === "update" && isPlacing(mutation)) return placing(mutation, lane, key);
  if (mutation.kind === "delete") return { method: "DELETE", path, key };
  if (mutation.kind === "restore") return { method: "POST", path: `${path}restore/`, key };
  if (mutation.kind === "create") {
    return { method: "POST", path: collection, body: body(route, mutation.row, mutation.extra, true), key };
  }
  return { method: "PATCH", path, body: body(route, mutation.patch, mutation.extra, false), key };
}

/** Fields that the row has and the request does not know (counts, times) are left out. `extra` goes as it is. */
function body(route: Route, row: Fields, extra: Fields | undefined, skipNull: boolean): Fields {
  const sent: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(route.fields)) {
    const value = row[field];
    if (value === undefined || (skipNull && value === null)) continue;
    sent[name] = name === "visibility" ? (value === 2 ? "public" : "secret") : value;
  }
  return { ...sent, ...extra };
}
