/** A live view of work items: changed items are moved by themselves, all is sorted anew only when it must be. */

import { Buckets, type Placed } from "./buckets.ts";
import type { LiveView } from "./contract.ts";
import type { Facts } from "./facts.ts";
import { compile, isRelative, type Test } from "./filter.ts";
import { type Grouping, grouping } from "./grouping.ts";
import { comparator, type SortValue, sortValue } from "./order.ts";
import type { Changed } from "./replica.ts";
import type { Entity, Id, WorkItem } from "./rows.ts";
import type { View, ViewSpec } from "./view-spec.ts";

/** From so many changes at once, relative to the items shown, sorting anew is quicker. */
const MANY = 0.2;

/** What a spec means with the facts of now. */
interface Plan {
  readonly test: Test;
  readonly sort: (item: WorkItem) => SortValue;
  readonly group: Grouping;
  readonly subgroup: Grouping;
}

export class ItemView implements LiveView {
  private plan: Plan | null = null;
  private buckets: Buckets | null = null;
  private readonly places = new Map<Id, Placed>();
  private readonly below = new Map<Id, Set<Id>>();
  private readonly listeners = new Set<() => void>();
  private view: View | null = null;
  private readonly depends: ReadonlySet<Entity>;

  constructor(
    private readonly spec: ViewSpec,
    private readonly facts: Facts,
  ) {
    const groups = [grouping(spec.group, facts), grouping(spec.subgroup, facts)];
    this.depends = new Set<Entity>(["state", "project", ...groups.flatMap((group) => group.depends)]);
  }

  get active(): boolean {
    return this.listeners.size > 0;
  }

  get(): View {
    if (!this.buckets) this.rebuild();
    this.view ??= this.buckets?.view() ?? { total: 0, groups: [], ids: [] };
    return this.view;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Follows changes of rows; whether it shows something else now. A view that nobody listens to is only marked as old. */
  follow(changed: Changed): boolean {
    if (!this.buckets) return false;
    const items = changed.get("work_item");
    const anew = [...changed.keys()].some((entity) => this.depends.has(entity));
    if (!this.active || anew || (items?.size ?? 0) > Math.max(50, this.places.size * MANY)) {
      return (anew || items !== undefined) && this.outdate();
    }
    let moved = false;
    for (const id of items ?? []) moved = this.update(id) || moved;
    if (moved) this.view = null;
    return moved;
  }

  /** A new day: relative dates mean other days. Whether it may show something else now. */
  newDay(): boolean {
    return isRelative(this.spec.filter) && this.outdate();
  }

  private outdate(): true {
    this.buckets = null;
    this.view = null;
    return true;
  }

  tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private rebuild(): void {
    const { spec, facts } = this;
    const plan = {
      test: compile(spec.filter, facts),
      sort: sortValue(spec.order.key, facts),
      group: grouping(spec.group, facts),
      subgroup: grouping(spec.subgroup, facts),
    };
    this.plan = plan;
    this.places.clear();
    this.below.clear();
    const places: Placed[] = [];
    for (const item of facts.work_item.all()) {
      this.relate(item.id, item);
      const place = this.place(item);
      if (!place) continue;
      this.places.set(item.id, place);
      places.push(place);
    }
    this.buckets = new Buckets(spec, plan.group, plan.subgroup, comparator(spec.order.desc));
    this.buckets.fill(places);
  }

  /** Where an item stands; null: it is not shown. */
  private place(item: WorkItem | undefined): Placed | null {
    const { plan, spec } = this;
    if (!item || !plan) return null;
    if (spec.project !== null && item.project !== spec.project) return null;
    if (item.archived_at !== null && !spec.archived) return null;
    // An item whose parent is not here would be nowhere if it did not stand on its own.
    if (!spec.subItems && item.parent !== null && this.facts.work_item.get(item.parent)) return null;
    if (!plan.test(item)) return null;
    return { item, sort: plan.sort(item), groups: plan.group.keysOf(item), subgroups: plan.subgroup.keysOf(item) };
  }

  /** Whether the view changed. */
  private update(id: Id): boolean {
    const item = this.facts.work_item.get(id);
    const before = this.places.get(id);
    let moved = this.move(id, before, this.place(item));
    if (this.spec.subItems) return moved;
    if (item) this.relate(id, item);
    for (const child of this.below.get(id) ?? []) {
      const row = this.facts.work_item.get(child);
      if (row?.parent !== id) this.below.get(id)?.delete(child);
      else moved = this.move(child, this.places.get(child), this.place(row)) || moved;
    }
    return moved;
  }

  private move(id: Id, before: Placed | undefined, after: Placed | null): boolean {
    if (!before && !after) return false;
    if (before && after && samePlace(before, after)) {
      // The row is a new one at the old place; the buckets keep the old, which sorts the same.
      return false;
    }
    if (before) this.buckets?.remove(before);
    if (after) this.buckets?.insert(after);
    if (after) this.places.set(id, after);
    else this.places.delete(id);
    return true;
  }

  /** Remembers whose children show or hide with it. */
  private relate(id: Id, { parent }: WorkItem): void {
    if (this.spec.subItems || parent === null) return;
    const children = this.below.get(parent);
    if (children) children.add(id);
    else this.below.set(parent, new Set([id]));
  }
}

function samePlace(a: Placed, b: Placed): boolean {
  if (a.sort !== b.sort || a.item.created_at !== b.item.created_at) return false;
  return sameKeys(a.groups, b.groups) && sameKeys(a.subgroups, b.subgroups);
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((key, index) => key === b[index]));
}
