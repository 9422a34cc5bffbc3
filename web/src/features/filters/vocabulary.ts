/** The names that a typed filter may use, and what they mean. Made from the rows by `properties/catalog.ts`; plain here for the tests' sake. */

import type { FilterKey } from "../../sync/view-spec.ts";

export interface Name {
  readonly value: string;
  readonly name: string;
}

export interface Vocabulary {
  /** What can be chosen for a property with a list of values. */
  values(key: FilterKey): readonly Name[];
  /** The id of the item with this key, such as AIL-12. */
  itemOf(key: string): string | null;
  /** The key of the item with this id. */
  keyOf(id: string): string | null;
}

/** Whoever looks: stands for the account in a filter, so that a link means its reader. */
export const ME = "me";

export const stateGroups = ["backlog", "unstarted", "started", "completed", "cancelled", "triage"] as const;
