/** Puts items elsewhere: into another group, to another place in the order by hand, or both, as one step. */

import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import type { Group, View } from "../../sync/view-spec.ts";
import { toast } from "../../ui/toast.tsx";
import { type Catalog, catalogOf } from "../properties/catalog.ts";
import { change, type ItemPatch, itemsOf } from "../properties/edit.ts";
import { valueOption } from "../properties/options.tsx";
import { mayEdit } from "../properties/rights.ts";
import type { ViewSettings } from "../views/search.ts";
import { keysOf, pathOf } from "./flat.ts";
import { patchInto } from "./grouping.ts";
import { rank } from "./rank.ts";

export interface Move {
  readonly ids: readonly Id[];
  /** The group of the item that is held. */
  readonly from: string;
  readonly to: string;
  /** The item that they come to stand before; null: at the end; undefined: the place is not said. */
  readonly before?: Id | null | undefined;
}

export function moveItems(engine: Engine, view: View, settings: ViewSettings, move: Move): void {
  const catalog = catalogOf(engine);
  const items = itemsOf(engine, move.ids);
  if (!items.every((item) => mayEdit(catalog, item))) {
    toast("You may look at these items, but not change them", { key: "rights" });
    return;
  }
  const places =
    settings.order.key === "manual" && move.before !== undefined ? placesFor(engine, view, settings, move) : null;
  const moved = new Set(move.ids);
  // Besides the moved ones, some of the others may need to make room.
  const others = itemsOf(
    engine,
    [...(places?.keys() ?? [])].filter((id) => !moved.has(id)),
  ).filter((item) => mayEdit(catalog, item));
  const patch = (item: WorkItem): ItemPatch | null => {
    const place = places?.get(item.id);
    const placed: ItemPatch = place === undefined ? {} : { sort_order: place };
    if (!moved.has(item.id)) return placed;
    const grouped = groupPatch(catalog, settings, item, move);
    return grouped && { ...grouped, ...placed };
  };
  change(engine, [...items, ...others], patch, () => moveLabel(catalog, settings, items, move));
}

function groupPatch(catalog: Catalog, settings: ViewSettings, item: WorkItem, { from, to }: Move): ItemPatch | null {
  if (from === to) return {};
  const [source, target] = [keysOf(from), keysOf(to)];
  let patch: ItemPatch = {};
  if (settings.group && source.group !== target.group) {
    const part = patchInto(catalog, settings.group, item, source.group, target.group);
    if (!part) return null;
    patch = part;
  }
  if (settings.sub && target.subgroup !== null && source.subgroup !== target.subgroup) {
    const part = patchInto(catalog, settings.sub, { ...item, ...patch }, source.subgroup, target.subgroup);
    if (!part) return null;
    patch = { ...patch, ...part };
  }
  return patch;
}

/** New numbers in the order by hand. Counted downwards when the list stands on its head. */
function placesFor(engine: Engine, view: View, settings: ViewSettings, move: Move): Map<Id, number> {
  const group = groupAt(view, move.to);
  const moved = new Set(move.ids);
  const rest = itemsOf(engine, group?.ids ?? []).filter(({ id }) => !moved.has(id));
  const before = move.before === null ? -1 : rest.findIndex(({ id }) => id === move.before);
  const at = before < 0 ? rest.length : before;
  if (!settings.order.desc) return rank(move.ids, rest, at);
  const turned = rank([...move.ids].reverse(), [...rest].reverse(), rest.length - at);
  return turned;
}

export function groupAt(view: View, path: string): Group | undefined {
  const { group, subgroup } = keysOf(path);
  const found = view.groups.find(({ key }) => key === group);
  return subgroup === null ? found : found?.subgroups.find(({ key }) => key === subgroup);
}

/** Every group that holds items itself, in the order of the screen. */
export function pathsOf(view: View): string[] {
  return view.groups.flatMap((group) =>
    group.subgroups.length === 0 ? [pathOf(group.key)] : group.subgroups.map((sub) => pathOf(group.key, sub.key)),
  );
}

/** The keys of all subgroups in their order, that of none last; null: there are none. */
export function lanesOf(view: View): readonly string[] | null {
  const longest = view.groups
    .map(({ subgroups }) => subgroups.map(({ key }) => key))
    .sort((a, b) => b.length - a.length);
  if ((longest[0]?.length ?? 0) === 0) return null;
  return [...new Set(longest.flat())].sort((a, b) => Number(a === "") - Number(b === ""));
}

function moveLabel(catalog: Catalog, settings: ViewSettings, items: readonly WorkItem[], { from, to }: Move): string {
  const only = items.length === 1 ? items[0] : undefined;
  const names = only ? catalog.key(only) : `${items.length} items`;
  const [source, target] = [keysOf(from), keysOf(to)];
  const key =
    source.group !== target.group ? settings.group : source.subgroup !== target.subgroup ? settings.sub : null;
  if (!key) return `Moved ${names}`;
  const value = source.group !== target.group ? target.group : (target.subgroup ?? "");
  return value === ""
    ? `Moved ${names} out of its group`
    : `Moved ${names} to ${valueOption(catalog, key, value).label}`;
}
