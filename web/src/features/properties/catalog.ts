/** The names behind the ids: states, labels, people and projects, sorted as people expect them. One for each state of the tables. */

import { useSyncExternalStore } from "react";
import { today } from "../../lib/dates.ts";
import type { Engine } from "../../sync/contract.ts";
import type {
  Cycle,
  Entity,
  Id,
  Label,
  Member,
  Module,
  Project,
  Rows,
  State,
  StateGroup,
  WorkItem,
} from "../../sync/rows.ts";
import type { FilterKey } from "../../sync/view-spec.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { type Name, stateGroups, type Vocabulary } from "../filters/vocabulary.ts";
import { addressOf, itemAt, keyOf } from "./address.ts";

const priorities = ["urgent", "high", "medium", "low", "none"] as const;
const watched: readonly Entity[] = [
  "workspace",
  "state",
  "label",
  "member",
  "project",
  "project_member",
  "work_item_type",
  "cycle",
  "module",
];

export class Catalog {
  private readonly stateLists = new Map<Id | null, readonly State[]>();
  private readonly labelLists = new Map<Id | null, readonly Label[]>();
  private readonly memberLists = new Map<Id | null, readonly Member[]>();

  constructor(private readonly engine: Engine) {}

  get me(): Id {
    return this.engine.userId;
  }

  state = (id: Id): State | undefined => this.engine.table("state").get(id);
  label = (id: Id): Label | undefined => this.engine.table("label").get(id);
  member = (id: Id): Member | undefined => this.engine.table("member").get(id);
  project = (id: Id): Project | undefined => this.engine.table("project").get(id);

  /** The user's role in a project; 0: not in it, or nothing can be changed there. An admin of the workspace is one of its projects. */
  role = (id: Id): number => {
    const project = this.project(id);
    if (!project?.member_role || project.archived_at) return 0;
    const isAdmin = this.rows("workspace", ({ role }) => role === 20).length > 0;
    return isAdmin ? 20 : project.member_role;
  };

  /** States in the order of their groups, then as the project orders them; null: of all projects. */
  states(project: Id | null): readonly State[] {
    return cached(this.stateLists, project, () =>
      this.rows("state", (state) => (project === null || state.project === project) && state.group !== "triage").sort(
        (a, b) => groupRank(a.group) - groupRank(b.group) || a.sequence - b.sequence || byName(a, b),
      ),
    );
  }

  labels(project: Id | null): readonly Label[] {
    return cached(this.labelLists, project, () =>
      this.rows("label", (label) => project === null || label.project === null || label.project === project).sort(
        byName,
      ),
    );
  }

  /** Who can be given work: the members of the project, the viewer first. */
  members(project: Id | null): readonly Member[] {
    return cached(this.memberLists, project, () => {
      const inside = new Set(this.rows("project_member", (row) => row.project === project).map((row) => row.member));
      return this.rows("member", ({ id, is_active }) => is_active && (inside.size === 0 || inside.has(id))).sort(
        (a, b) => Number(b.id === this.me) - Number(a.id === this.me) || a.display_name.localeCompare(b.display_name),
      );
    });
  }

  projects(): readonly Project[] {
    return this.rows("project", ({ archived_at, member_role }) => archived_at === null && member_role !== null).sort(
      byName,
    );
  }

  /** Cycles that items can be put into, the one that ends first in front; and those that they are in, whatever became of them. */
  cycles(project: Id, held: readonly Id[] = []): readonly Cycle[] {
    const day = today();
    const isOpen = (cycle: Cycle) =>
      cycle.archived_at === null && (cycle.end_date === null || cycle.end_date.slice(0, 10) >= day);
    return this.rows("cycle", (row) => row.project === project && (isOpen(row) || held.includes(row.id))).sort(
      (a, b) => (a.end_date ?? "9").localeCompare(b.end_date ?? "9") || byName(a, b),
    );
  }

  modules(project: Id, held: readonly Id[] = []): readonly Module[] {
    return this.rows(
      "module",
      (row) => row.project === project && (row.archived_at === null || held.includes(row.id)),
    ).sort((a, b) => a.sort_order - b.sort_order || byName(a, b));
  }

  cycle = (id: Id): Cycle | undefined => this.engine.table("cycle").get(id);
  module = (id: Id): Module | undefined => this.engine.table("module").get(id);
  type = (id: Id): Rows["work_item_type"] | undefined => this.engine.table("work_item_type").get(id);

  types(): readonly Rows["work_item_type"][] {
    return this.rows("work_item_type", ({ is_active }) => is_active).sort(byName);
  }

  /** How far a started state is along its group, for its icon. */
  progress(state: State): number {
    const group = this.states(state.project).filter((other) => other.group === state.group);
    return (group.findIndex(({ id }) => id === state.id) + 1) / (group.length + 1);
  }

  /** Its number comes from the server; until then it has none. */
  key(item: WorkItem): string {
    return keyOf(this.project(item.project), item);
  }

  /** What leads to it. */
  address(item: WorkItem): string {
    return addressOf(this.project(item.project), item);
  }

  /** What the typed filter may name in a project, or in all of them. */
  vocabulary(project: Id | null): Vocabulary {
    return {
      values: (key) => this.values(key, project),
      itemOf: (address) => itemAt(this.engine, address)?.id ?? null,
      keyOf: (id) => {
        const item = this.engine.table("work_item").get(id);
        return item ? this.address(item) : null;
      },
    };
  }

  private values(key: FilterKey, project: Id | null): readonly Name[] {
    switch (key) {
      case "state":
        return this.states(project).map(named);
      case "state_group":
        return stateGroups.map((value) => ({ value, name: value }));
      case "priority":
        return priorities.map((value) => ({ value, name: value }));
      case "label":
        return this.labels(project).map(named);
      case "assignee":
        return this.members(project).map(person);
      case "created_by":
        return this.rows("member", () => true).map(person);
      case "project":
        return this.projects().map(({ id, identifier }) => ({ value: id, name: identifier }));
      case "type":
        return this.types().map(named);
      default:
        return [];
    }
  }

  private rows<E extends Entity>(entity: E, keep: (row: Rows[E]) => boolean): Rows[E][] {
    return [...this.engine.table(entity).all()].filter(keep);
  }
}

function named({ id, name }: { id: Id; name: string }): Name {
  return { value: id, name };
}

function person({ id, display_name }: Member): Name {
  return { value: id, name: display_name };
}

export function groupRank(group: StateGroup): number {
  return ["triage", "backlog", "unstarted", "started", "completed", "cancelled"].indexOf(group);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}

function cached<T>(lists: Map<Id | null, T>, key: Id | null, make: () => T): T {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made = make();
  lists.set(key, made);
  return made;
}

const catalogs = new WeakMap<Engine, { versions: string; catalog: Catalog }>();

/** The same catalog until one of its tables changes. */
export function catalogOf(engine: Engine): Catalog {
  const versions = watched.map((entity) => engine.table(entity).version).join(" ");
  const known = catalogs.get(engine);
  if (known?.versions === versions) return known.catalog;
  const catalog = new Catalog(engine);
  catalogs.set(engine, { versions, catalog });
  return catalog;
}

export function useCatalog(): Catalog {
  const engine = useEngine();
  return useSyncExternalStore(
    (listener) => {
      const stops = watched.map((entity) => engine.table(entity).subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    () => catalogOf(engine),
  );
}
