/** The view in the address: layout, grouping, order, the typed filter and the open item, each left out where it is the usual. */

import * as v from "valibot";
import type { GroupKey, OrderKey } from "../../sync/view-spec.ts";
import { displayable, groupable, orders, type PropertyId } from "../properties/definitions.ts";

export type Layout = "list" | "board";

const groupKeys = groupable.flatMap(({ group }) => (group ? [group] : []));
const orderKeys = orders.map(({ key }) => key);

/** What the address may say. Words it does not know are passed over, so an old link still opens. */
export const viewSearchSchema = v.object({
  layout: v.fallback(v.optional(v.picklist(["list", "board"])), undefined),
  group: v.fallback(v.optional(v.picklist([...groupKeys, "none"])), undefined),
  sub: v.fallback(v.optional(v.picklist([...groupKeys, "none"])), undefined),
  order: v.fallback(v.optional(v.pipe(v.string(), v.check(isOrder))), undefined),
  f: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(4000))), undefined),
  subitems: v.fallback(v.optional(v.boolean()), undefined),
  empty: v.fallback(v.optional(v.boolean()), undefined),
  show: v.fallback(v.optional(v.pipe(v.string(), v.maxLength(400))), undefined),
  peek: v.fallback(v.optional(v.string()), undefined),
});

export type ViewSearch = v.InferOutput<typeof viewSearchSchema>;

/** How a list is shown, complete. */
export interface ViewSettings {
  readonly layout: Layout;
  readonly group: GroupKey | null;
  readonly sub: GroupKey | null;
  readonly order: { readonly key: OrderKey; readonly desc: boolean };
  /** The typed filter. */
  readonly query: string;
  readonly subItems: boolean;
  readonly emptyGroups: boolean;
  /** What rows and cards show besides the title. */
  readonly shown: readonly PropertyId[];
}

export const usual: ViewSettings = {
  layout: "list",
  group: "state",
  sub: null,
  order: { key: "manual", desc: false },
  query: "",
  subItems: true,
  emptyGroups: false,
  shown: displayable.filter(({ display }) => display === "on").map(({ id }) => id),
};

/** For items of several projects, whose states and places by hand do not compare. */
export const usualAcross: ViewSettings = { ...usual, group: "state_group", order: { key: "updated_at", desc: true } };

export function readSearch(search: ViewSearch, fallback: ViewSettings): ViewSettings {
  const layout = search.layout ?? fallback.layout;
  const group = readGroup(search.group, fallback.group);
  const sub = readGroup(search.sub, fallback.sub);
  return {
    layout,
    group,
    sub: group === null || sub === group ? null : sub,
    order: search.order ? readOrder(search.order) : fallback.order,
    query: search.f ?? fallback.query,
    subItems: search.subitems ?? fallback.subItems,
    emptyGroups: search.empty ?? fallback.emptyGroups,
    shown: search.show === undefined ? fallback.shown : readShown(search.show),
  };
}

/** The address of these settings. It always says the layout, so that it wins over what its reader last looked at. */
export function writeSearch(settings: ViewSettings, usual: ViewSettings): ViewSearch {
  const said = <T>(value: T, normal: T): T | undefined => (value === normal ? undefined : value);
  return {
    layout: settings.layout,
    group: said(settings.group ?? "none", usual.group ?? "none"),
    sub: said(settings.sub ?? "none", usual.sub ?? "none"),
    order: said(writeOrder(settings.order), writeOrder(usual.order)),
    f: said(settings.query, usual.query),
    subitems: said(settings.subItems, usual.subItems),
    empty: said(settings.emptyGroups, usual.emptyGroups),
    show: said(writeShown(settings.shown), writeShown(usual.shown)),
  };
}

/** In the order of the properties, so that the same ones are always the same address. */
function writeShown(shown: readonly PropertyId[]): string {
  return displayable.flatMap(({ id }) => (shown.includes(id) ? [id] : [])).join(",");
}

function readShown(text: string): readonly PropertyId[] {
  const words = text.split(",");
  return displayable.flatMap(({ id }) => (words.includes(id) ? [id] : []));
}

function readGroup(word: GroupKey | "none" | undefined, fallback: GroupKey | null): GroupKey | null {
  if (word === undefined) return fallback;
  return word === "none" ? null : word;
}

export function writeOrder({ key, desc }: ViewSettings["order"]): string {
  return desc ? `-${key}` : key;
}

export function readOrder(text: string): ViewSettings["order"] {
  const desc = text.startsWith("-");
  const key = orderKeys.find((known) => known === (desc ? text.slice(1) : text)) ?? usual.order.key;
  return { key, desc };
}

function isOrder(text: string): boolean {
  return orderKeys.some((key) => key === text || `-${key}` === text);
}
