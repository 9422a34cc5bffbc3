/** What a group means for the items in it: what dropping into it sets, and what an item made in it gets. */

import type { Id, Priority, StateGroup, WorkItem } from "../../sync/rows.ts";
import type { GroupKey } from "../../sync/view-spec.ts";
import type { Catalog } from "../properties/catalog.ts";
import { type ItemPatch, sameState } from "../properties/edit.ts";

/** Whether items can be moved from group to group. */
export function isSettable(key: GroupKey): boolean {
  return key !== "created_by" && key !== "project";
}

/** What makes an item of the group `from` one of the group `to`; null: it cannot be made so. */
export function patchInto(
  catalog: Catalog,
  key: GroupKey,
  item: WorkItem,
  from: string | null,
  to: string,
): ItemPatch | null {
  switch (key) {
    case "state": {
      const state = sameState(catalog, item, to);
      return state ? { state } : null;
    }
    case "state_group": {
      if (catalog.state(item.state)?.group === to) return {};
      const state = stateOfGroup(catalog, item.project, to as StateGroup);
      return state ? { state } : null;
    }
    case "priority":
      return { priority: (to === "" ? "none" : to) as Priority };
    case "assignee":
      return { assignees: moved(item.assignees, from, to) };
    case "label":
      return { labels: moved(item.labels, from, to) };
    case "parent":
      return to === item.id ? null : { parent: to === "" ? null : to };
    case "target_date":
      return { target_date: to === "" ? null : to };
    default:
      return null;
  }
}

/** Of several values the one of the old group goes, that of the new one comes; into none: all go. */
function moved(values: readonly Id[], from: string | null, to: string): readonly Id[] {
  if (to === "") return [];
  const kept = values.filter((value) => value !== from && value !== to);
  return [...kept, to];
}

export function stateOfGroup(catalog: Catalog, project: Id, group: StateGroup): Id | null {
  const states = catalog.states(project).filter((state) => state.group === group);
  return (states.find((state) => state.default) ?? states[0])?.id ?? null;
}

/** What an item made in the group starts with. */
export function defaultsOf(catalog: Catalog, key: GroupKey | null, value: string, project: Id): Partial<WorkItem> {
  if (key === null || value === "") return {};
  switch (key) {
    case "state":
      return catalog.state(value)?.project === project ? { state: value } : {};
    case "state_group": {
      const state = stateOfGroup(catalog, project, value as StateGroup);
      return state ? { state } : {};
    }
    case "priority":
      return { priority: value as Priority };
    case "assignee":
      return { assignees: [value] };
    case "label":
      return { labels: [value] };
    case "parent":
      return { parent: value };
    case "target_date":
      return { target_date: value };
    default:
      return {};
  }
}
