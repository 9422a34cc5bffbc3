/** What views know of a work item: its values by key, and the rows that they name. */

import type { Id, Label, Member, Priority, Project, ProjectMember, State, StateGroup, WorkItem } from "./rows.ts";
import type { FilterKey } from "./view-spec.ts";

interface Lookup<R> {
  get(id: Id): R | undefined;
  all(): Iterable<R>;
}

export interface Facts {
  readonly work_item: Lookup<WorkItem>;
  readonly state: Lookup<State>;
  readonly label: Lookup<Label>;
  readonly member: Lookup<Member>;
  readonly project: Lookup<Project>;
  readonly project_member: Lookup<ProjectMember>;
  /** The civil date here and now. */
  today(): string;
}

export const PRIORITIES: readonly Priority[] = ["urgent", "high", "medium", "low", "none"];
export const STATE_GROUPS: readonly StateGroup[] = [
  "triage",
  "backlog",
  "unstarted",
  "started",
  "completed",
  "cancelled",
];

const NOTHING: readonly string[] = [];

/** How to read the values of a key: none, one or several. Dates and text are read elsewhere. */
export function reader(key: FilterKey, facts: Facts): (item: WorkItem) => readonly string[] {
  switch (key) {
    case "assignee":
      return (item) => item.assignees;
    case "label":
      return (item) => item.labels;
    case "state_group":
      return (item) => listOf(facts.state.get(item.state)?.group);
    case "priority":
      return (item) => (item.priority === "none" ? NOTHING : [item.priority]);
    case "text":
      return (item) => [item.name];
    default:
      return (item) => listOf(item[key]);
  }
}

/** `ENG-42`. */
export function itemKey(item: WorkItem, facts: Facts): string {
  return `${facts.project.get(item.project)?.identifier ?? ""}-${item.sequence_id}`;
}

/** In small letters without accents, so that comparing is quick and people find what they mean. */
export function fold(text: string): string {
  const small = text.toLowerCase();
  return /^[ -~]*$/.test(small) ? small : small.normalize("NFD").replace(/\p{M}+/gu, "");
}

function listOf(value: string | null | undefined): readonly string[] {
  return value == null ? NOTHING : [value];
}
