/** Whether there is anything to choose from: projects without cycles say nothing of cycles. */

import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { catalogOf } from "./catalog.ts";
import type { EditableProperty } from "./edit.ts";
import { mayEdit, mayLink } from "./rights.ts";
import { scaleOf } from "./scales.ts";

export function isOffered(engine: Engine, property: EditableProperty, project: Id): boolean {
  const catalog = catalogOf(engine);
  const row = catalog.project(project);
  switch (property) {
    case "cycle":
      return row?.cycle_view === true && catalog.cycles(project).length > 0;
    case "module":
      return row?.module_view === true && catalog.modules(project).length > 0;
    case "type":
      return (scaleOf(engine, project).get().value?.types.length ?? 0) > 0;
    case "estimate":
      return (scaleOf(engine, project).get().value?.points.length ?? 0) > 0;
    default:
      return true;
  }
}

/** Whether the user may set it for all of these. What each project has of its own is set for items of one project. */
export function maySet(engine: Engine, property: EditableProperty, items: readonly WorkItem[]): boolean {
  const who = catalogOf(engine);
  const may = property === "cycle" || property === "module" ? mayLink : mayEdit;
  if (!items.every((item) => may(who, item))) return false;
  if (!["cycle", "module", "type", "estimate"].includes(property)) return true;
  const projects = new Set(items.map(({ project }) => project));
  const [project] = projects;
  return project !== undefined && projects.size === 1 && isOffered(engine, property, project);
}
