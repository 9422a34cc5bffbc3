/** The order of work items: by one key, none last, then newest first. */

import { type Facts, fold, PRIORITIES } from "./facts.ts";
import { stateRank } from "./grouping.ts";
import type { WorkItem } from "./rows.ts";
import type { OrderKey } from "./view-spec.ts";

export type SortValue = number | string | null;

/** An item with what it is sorted by, worked out once. */
export interface Sortable {
  readonly item: WorkItem;
  readonly sort: SortValue;
}

export function sortValue(key: OrderKey, facts: Facts): (item: WorkItem) => SortValue {
  switch (key) {
    case "manual":
      return (item) => item.sort_order;
    case "priority":
      return (item) => (item.priority === "none" ? null : PRIORITIES.indexOf(item.priority));
    case "state":
      return (item) => stateRank(item.state, facts);
    case "name":
      return (item) => fold(item.name);
    default:
      return (item) => item[key];
  }
}

/** Never 0 for two items, so that a place is found by halving. */
export function comparator(desc: boolean): (a: Sortable, b: Sortable) => number {
  const [less, more] = desc ? [1, -1] : [-1, 1];
  return (a, b) => {
    if (a.sort !== b.sort) {
      if (a.sort === null) return 1;
      if (b.sort === null) return -1;
      return a.sort < b.sort ? less : more;
    }
    if (a.item.created_at !== b.item.created_at) return a.item.created_at > b.item.created_at ? -1 : 1;
    return a.item.id > b.item.id ? -1 : a.item.id < b.item.id ? 1 : 0;
  };
}
