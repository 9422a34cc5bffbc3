/** Groups of work items: the values that they are made by, which there could be, and how they follow one another. */

import { type Facts, fold, PRIORITIES, reader, STATE_GROUPS } from "./facts.ts";
import type { Entity, Id, WorkItem } from "./rows.ts";
import type { GroupKey } from "./view-spec.ts";

export interface Grouping {
  /** The groups that an item stands in; [""] for none. */
  keysOf(item: WorkItem): readonly string[];
  /** Puts keys in their order, none last. */
  sort(keys: string[]): string[];
  /** All groups that there could be, without none. */
  possible(project: Id | null): string[];
  /** Entities whose changes may reorder the groups. */
  readonly depends: readonly Entity[];
}

const NONE: readonly string[] = [""];
const ALONE: Grouping = { keysOf: () => NONE, sort: (keys) => keys, possible: () => [""], depends: [] };

export function grouping(key: GroupKey | null, facts: Facts): Grouping {
  if (!key) return ALONE;
  const read = reader(key, facts);
  const keysOf = (item: WorkItem): readonly string[] => {
    const keys = read(item);
    return keys.length ? keys : NONE;
  };
  const sort = sorter(rank(key, facts));
  return {
    keysOf: key === "priority" ? (item) => [item.priority] : keysOf,
    sort,
    possible: (project) => sort(possible(key, project, facts)),
    depends: DEPENDS[key],
  };
}

const DEPENDS: Readonly<Record<GroupKey, readonly Entity[]>> = {
  state: ["state"],
  state_group: ["state"],
  priority: [],
  assignee: ["member", "project_member"],
  created_by: ["member", "project_member"],
  label: ["label"],
  project: ["project"],
  parent: [],
  target_date: [],
};

/** What the groups are sorted by: smaller first. */
function rank(key: GroupKey, facts: Facts): (group: string) => number | string {
  switch (key) {
    case "state":
      return (group) => stateRank(group, facts) ?? Number.POSITIVE_INFINITY;
    case "state_group":
      return (group) => STATE_GROUPS.indexOf(group as (typeof STATE_GROUPS)[number]);
    case "priority":
      return (group) => PRIORITIES.indexOf(group as (typeof PRIORITIES)[number]);
    case "assignee":
    case "created_by":
      return (group) => fold(facts.member.get(group)?.display_name ?? "\uffff");
    case "label":
      return (group) => fold(facts.label.get(group)?.name ?? "\uffff");
    case "project":
      return (group) => fold(facts.project.get(group)?.name ?? "\uffff");
    default:
      return (group) => group;
  }
}

/** The place of a state among all: by its group, then by its sequence. */
export function stateRank(id: Id, facts: Facts): number | null {
  const state = facts.state.get(id);
  return state ? STATE_GROUPS.indexOf(state.group) * 1e9 + state.sequence : null;
}

function sorter(rank: (group: string) => number | string): (keys: string[]) => string[] {
  return (keys) => {
    const ranked = keys.map((key) => ({ key, rank: rank(key) }));
    ranked.sort((a, b) => {
      if (a.key === "" || b.key === "") return a.key === b.key ? 0 : a.key === "" ? 1 : -1;
      if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
      return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    });
    return ranked.map((entry) => entry.key);
  };
}

function possible(key: GroupKey, project: Id | null, facts: Facts): string[] {
  const here = (row: { project: Id | null }): boolean =>
    project === null || row.project === null || row.project === project;
  switch (key) {
    case "state":
      return [...facts.state.all()].filter((state) => here(state) && state.group !== "triage").map((state) => state.id);
    case "state_group":
      return STATE_GROUPS.filter((group) => group !== "triage");
    case "priority":
      return [...PRIORITIES];
    case "assignee":
    case "created_by": {
      if (project === null) return [...facts.member.all()].filter((member) => member.is_active).map((row) => row.id);
      return [...facts.project_member.all()].filter(here).map((row) => row.member);
    }
    case "label":
      return [...facts.label.all()].filter(here).map((label) => label.id);
    case "project":
      return project === null ? [...facts.project.all()].map((row) => row.id) : [project];
    default:
      return [];
  }
}
