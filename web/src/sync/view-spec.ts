/** What a view of work items shows: which, grouped and ordered how. Plain data, so that it fits in a URL and compares by value. */

import type { Id } from "./rows.ts";

export type GroupKey =
  | "state"
  | "state_group"
  | "priority"
  | "assignee"
  | "label"
  | "project"
  | "parent"
  | "created_by"
  | "target_date";
export type OrderKey =
  | "manual"
  | "created_at"
  | "updated_at"
  | "priority"
  | "name"
  | "target_date"
  | "start_date"
  | "state"
  | "sequence_id";

export type FilterKey =
  | "state"
  | "state_group"
  | "priority"
  | "assignee"
  | "label"
  | "created_by"
  | "parent"
  | "type"
  | "project"
  | "start_date"
  | "target_date"
  | "created_at"
  | "updated_at"
  | "completed_at"
  | "text";

/** `in`: any of the values (for lists: has any). `all`: has all. `not`: none of. Dates: `before`, `after`, `on`; values `YYYY-MM-DD`,
    or relative such as `-7d`, `+2w`, `0d` (today). `empty` and `set` take no values. */
export type FilterOp = "in" | "all" | "not" | "before" | "after" | "on" | "empty" | "set" | "contains";

export interface Condition {
  readonly key: FilterKey;
  readonly op: FilterOp;
  readonly values: readonly string[];
}

export type Filter =
  | Condition
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

export interface ViewSpec {
  /** null: all loaded projects. */
  readonly project: Id | null;
  readonly filter: Filter | null;
  readonly group: GroupKey | null;
  readonly subgroup: GroupKey | null;
  readonly order: { readonly key: OrderKey; readonly desc: boolean };
  /** Whether items with a parent stand in the list on their own. */
  readonly subItems: boolean;
  readonly archived: boolean;
  /** Whether groups without items are there. */
  readonly emptyGroups: boolean;
}

export interface Group {
  /** The value that its items share: an id, a word, or "" for none. */
  readonly key: string;
  readonly count: number;
  /** Ids in order; of all subgroups together when there are some. */
  readonly ids: readonly Id[];
  readonly subgroups: readonly Group[];
}

export interface View {
  /** Items that are shown, each counted once: the one number that every place shows. */
  readonly total: number;
  /** One group with key "" when nothing is grouped by. */
  readonly groups: readonly Group[];
  /** Ids in the order of the screen. */
  readonly ids: readonly Id[];
}
