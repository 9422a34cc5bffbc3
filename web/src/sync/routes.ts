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
      ...same("name", "state", "priority", "assignees", "labels", "parent", "point", "start_date", "target_date"),
      ...same("archived_at", "sort_order", "external_source", "external_id", "cycle", "modules"),
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

/** The request for a change; `lane` is the project that it belongs to. */
export function requestFor(mutation: Mutation, lane: Id, key: string): Outgoing {
  const route = ROUTES[mutation.entity];
  if (!route) throw new Error(`Rows of ${mutation.entity} are not written by the engine.`);
  const collection = route.path(lane);
  const path = `${collection}${mutation.id}/`;
  if (mutation.entity === "project" && mutation.kind === "update" && "archived_at" in mutation.patch) {
    return { method: mutation.patch.archived_at === null ? "DELETE" : "POST", path: `${path}archive/`, key };
  }
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
