/** Work items sorted into groups and subgroups, kept in order while items come and go. */

import type { Grouping } from "./grouping.ts";
import type { Sortable } from "./order.ts";
import type { Id } from "./rows.ts";
import type { Group, View, ViewSpec } from "./view-spec.ts";

export interface Placed extends Sortable {
  readonly groups: readonly string[];
  readonly subgroups: readonly string[];
}

type Compare = (a: Sortable, b: Sortable) => number;

/** A sorted list; its ids are copied only when somebody holds them. */
class Sorted {
  private readonly places: Placed[] = [];
  private list: Id[] = [];
  private shared = false;
  group: Group | null = null;

  get length(): number {
    return this.places.length;
  }

  ids(): readonly Id[] {
    this.shared = true;
    return this.list;
  }

  /** Adds one that comes after all that are here. */
  append(place: Placed): void {
    this.places.push(place);
    this.list.push(place.item.id);
  }

  insert(place: Placed, compare: Compare): void {
    const at = this.find(place, compare);
    this.own();
    this.places.splice(at, 0, place);
    this.list.splice(at, 0, place.item.id);
  }

  remove(place: Placed, compare: Compare): void {
    const at = this.find(place, compare);
    this.own();
    this.places.splice(at, 1);
    this.list.splice(at, 1);
  }

  private find(place: Placed, compare: Compare): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.places[middle];
      if (other && compare(other, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private own(): void {
    this.group = null;
    if (!this.shared) return;
    this.list = this.list.slice();
    this.shared = false;
  }
}

interface Node {
  /** Items in it, each once. */
  count: number;
  readonly subgroups: Map<string, Sorted>;
  group: Group | null;
}

export class Buckets {
  private readonly nodes = new Map<string, Node>();
  private total = 0;
  /** Items that stand in several places. */
  private readonly several = new Set<Id>();

  constructor(
    private readonly spec: ViewSpec,
    private readonly group: Grouping,
    private readonly subgroup: Grouping,
    private readonly compare: Compare,
  ) {}

  /** Fills empty buckets at once. */
  fill(places: Placed[]): void {
    places.sort(this.compare);
    for (const place of places) this.each(place, 1, (sorted) => sorted.append(place));
  }

  insert(place: Placed): void {
    this.each(place, 1, (sorted) => sorted.insert(place, this.compare));
  }

  remove(place: Placed): void {
    this.each(place, -1, (sorted) => sorted.remove(place, this.compare));
  }

  private each(place: Placed, count: 1 | -1, act: (sorted: Sorted) => void): void {
    this.total += count;
    if (count > 0 && place.groups.length * place.subgroups.length > 1) this.several.add(place.item.id);
    else this.several.delete(place.item.id);
    for (const key of place.groups) {
      const node = entry(this.nodes, key, () => ({ count: 0, subgroups: new Map(), group: null }));
      node.count += count;
      node.group = null;
      for (const sub of place.subgroups) {
        const sorted = entry(node.subgroups, sub, () => new Sorted());
        act(sorted);
        if (!sorted.length) node.subgroups.delete(sub);
      }
      if (!node.count) this.nodes.delete(key);
    }
  }

  view(): View {
    const { project, emptyGroups } = this.spec;
    const possible = emptyGroups ? this.group.possible(project) : [];
    const subKeys = emptyGroups && this.spec.subgroup ? this.subgroup.possible(project) : [];
    const keys = this.group.sort([...new Set([...possible, ...this.nodes.keys()])]);
    if (!keys.length && !this.spec.group) keys.push("");
    const groups = keys.map((key) => this.groupOf(key, subKeys));
    const total = this.total;
    return lazyIds({ total, groups }, () => concat(groups, this.several));
  }

  private groupOf(key: string, subKeys: readonly string[]): Group {
    const node = this.nodes.get(key);
    if (node?.group) return node.group;
    const made = node ? this.makeGroup(key, node, subKeys) : emptyGroup(key, subKeys);
    if (node) node.group = made;
    return made;
  }

  private makeGroup(key: string, node: Node, subKeys: readonly string[]): Group {
    if (!this.spec.subgroup) return leaf(key, node.subgroups.get(""));
    const keys = this.subgroup.sort([...new Set([...subKeys, ...node.subgroups.keys()])]);
    const subgroups = keys.map((sub) => leaf(sub, node.subgroups.get(sub)));
    return lazyIds({ key, count: node.count, subgroups }, () => concat(subgroups, this.several));
  }
}

function leaf(key: string, sorted: Sorted | undefined): Group {
  if (!sorted) return { key, count: 0, ids: [], subgroups: [] };
  sorted.group ??= { key, count: sorted.length, ids: sorted.ids(), subgroups: [] };
  return sorted.group;
}

function emptyGroup(key: string, subKeys: readonly string[]): Group {
  return { key, count: 0, ids: [], subgroups: subKeys.map((sub) => leaf(sub, undefined)) };
}

/** Ids of groups in a row; of an item that stands in several, the first place counts. */
function concat(groups: readonly Group[], several: ReadonlySet<Id>): readonly Id[] {
  const [first] = groups;
  if (first && groups.length === 1) return first.ids;
  const ids: Id[] = [];
  const seen = new Set<Id>();
  for (const group of groups) {
    for (const id of group.ids) {
      if (several.size && several.has(id)) {
        if (seen.has(id)) continue;
        seen.add(id);
      }
      ids.push(id);
    }
  }
  return ids;
}

/** Adds `ids`, put together when somebody asks. */
function lazyIds<T extends object>(object: T, make: () => readonly Id[]): T & { readonly ids: readonly Id[] } {
  let ids: readonly Id[] | undefined;
  return Object.defineProperty(object, "ids", {
    enumerable: true,
    get: () => {
      ids ??= make();
      return ids;
    },
  }) as T & { readonly ids: readonly Id[] };
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}
