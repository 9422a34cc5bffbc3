/** What a work item has, said once: columns, chips, filters, grouping, pickers and the display menu are drawn from this list. */

import {
  Blocks,
  CalendarClock,
  CalendarPlus,
  CalendarRange,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleUser,
  CornerLeftUp,
  FolderKanban,
  Gauge,
  Hash,
  History,
  Link2,
  ListTree,
  type LucideIcon,
  Paperclip,
  PenLine,
  RefreshCw,
  Shapes,
  SignalHigh,
  Tag,
  TextSearch,
  User,
} from "lucide-react";
import type { WorkItem } from "../../sync/rows.ts";
import type { FilterKey, GroupKey, OrderKey } from "../../sync/view-spec.ts";

export type PropertyId =
  | "state"
  | "state_group"
  | "priority"
  | "assignee"
  | "label"
  | "start_date"
  | "target_date"
  | "parent"
  | "project"
  | "type"
  | "estimate"
  | "cycle"
  | "module"
  | "created_by"
  | "created_at"
  | "updated_at"
  | "completed_at"
  | "key"
  | "sub_items"
  | "links"
  | "attachments"
  | "text";

/** How values look and are chosen: one of a list, several of a list, a civil date, a moment, another item, words. */
export type PropertyKind = "choice" | "choices" | "date" | "moment" | "item" | "text" | "count";

export interface Property {
  readonly id: PropertyId;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly kind: PropertyKind;
  /** The field of the row. */
  readonly field: keyof WorkItem | null;
  /** Whether people set it; then it has a picker. */
  readonly editable: boolean;
  /** Whether it can be without a value. */
  readonly optional: boolean;
  /** The words of the typed query, the first is written. */
  readonly words: readonly string[];
  readonly filter: FilterKey | null;
  readonly group: GroupKey | null;
  readonly order: OrderKey | null;
  /** Whether rows and cards can show it, and whether they do until somebody says otherwise. */
  readonly display: "on" | "off" | null;
  /** The key that opens its picker. */
  readonly key: string | null;
}

const none = {
  field: null,
  editable: false,
  optional: false,
  words: [],
  filter: null,
  group: null,
  order: null,
  display: null,
  key: null,
} as const;

export const properties: readonly Property[] = [
  {
    ...none,
    id: "state",
    title: "State",
    icon: CircleDot,
    kind: "choice",
    field: "state",
    editable: true,
    words: ["state"],
    filter: "state",
    group: "state",
    order: "state",
    display: "on",
    key: "s",
  },
  {
    ...none,
    id: "state_group",
    title: "State group",
    icon: CircleDashed,
    kind: "choice",
    words: ["is"],
    filter: "state_group",
    group: "state_group",
  },
  {
    ...none,
    id: "priority",
    title: "Priority",
    icon: SignalHigh,
    kind: "choice",
    field: "priority",
    editable: true,
    words: ["priority", "prio"],
    filter: "priority",
    group: "priority",
    order: "priority",
    display: "on",
    key: "p",
  },
  {
    ...none,
    id: "assignee",
    title: "Assignee",
    icon: User,
    kind: "choices",
    field: "assignees",
    editable: true,
    optional: true,
    words: ["assignee"],
    filter: "assignee",
    group: "assignee",
    display: "on",
    key: "a",
  },
  {
    ...none,
    id: "label",
    title: "Label",
    icon: Tag,
    kind: "choices",
    field: "labels",
    editable: true,
    optional: true,
    words: ["label"],
    filter: "label",
    group: "label",
    display: "on",
    key: "l",
  },
  {
    ...none,
    id: "target_date",
    title: "Due date",
    icon: CalendarClock,
    kind: "date",
    field: "target_date",
    editable: true,
    optional: true,
    words: ["due", "target"],
    filter: "target_date",
    group: "target_date",
    order: "target_date",
    display: "on",
    key: "d",
  },
  {
    ...none,
    id: "start_date",
    title: "Start date",
    icon: CalendarRange,
    kind: "date",
    field: "start_date",
    editable: true,
    optional: true,
    words: ["start"],
    filter: "start_date",
    order: "start_date",
    display: "off",
    key: "Shift+d",
  },
  {
    ...none,
    id: "parent",
    title: "Parent",
    icon: CornerLeftUp,
    kind: "item",
    field: "parent",
    editable: true,
    optional: true,
    words: ["parent"],
    filter: "parent",
    group: "parent",
    display: "off",
    key: "r",
  },
  {
    ...none,
    id: "project",
    title: "Project",
    icon: FolderKanban,
    kind: "choice",
    field: "project",
    words: ["project"],
    filter: "project",
    group: "project",
  },
  {
    ...none,
    id: "type",
    title: "Type",
    icon: Shapes,
    kind: "choice",
    field: "type",
    editable: true,
    optional: true,
    words: ["type"],
    filter: "type",
    key: "Shift+t",
  },
  {
    ...none,
    id: "estimate",
    title: "Estimate",
    icon: Gauge,
    kind: "choice",
    field: "estimate_point",
    editable: true,
    optional: true,
    key: "Shift+e",
  },
  {
    ...none,
    id: "cycle",
    title: "Cycle",
    icon: RefreshCw,
    kind: "choice",
    field: "cycle",
    editable: true,
    optional: true,
    key: "Shift+c",
  },
  {
    ...none,
    id: "module",
    title: "Module",
    icon: Blocks,
    kind: "choices",
    field: "modules",
    editable: true,
    optional: true,
    key: "Shift+m",
  },
  {
    ...none,
    id: "created_by",
    title: "Created by",
    icon: CircleUser,
    kind: "choice",
    field: "created_by",
    words: ["by", "creator"],
    filter: "created_by",
    group: "created_by",
    display: "off",
  },
  {
    ...none,
    id: "created_at",
    title: "Created",
    icon: CalendarPlus,
    kind: "moment",
    field: "created_at",
    words: ["created"],
    filter: "created_at",
    order: "created_at",
    display: "off",
  },
  {
    ...none,
    id: "updated_at",
    title: "Updated",
    icon: History,
    kind: "moment",
    field: "updated_at",
    words: ["updated"],
    filter: "updated_at",
    order: "updated_at",
    display: "off",
  },
  {
    ...none,
    id: "completed_at",
    title: "Completed",
    icon: CircleCheck,
    kind: "moment",
    field: "completed_at",
    optional: true,
    words: ["completed"],
    filter: "completed_at",
  },
  { ...none, id: "key", title: "Key", icon: Hash, kind: "text", order: "sequence_id", display: "on" },
  { ...none, id: "sub_items", title: "Sub-items", icon: ListTree, kind: "count", display: "on" },
  { ...none, id: "links", title: "Links", icon: Link2, kind: "count", display: "off" },
  { ...none, id: "attachments", title: "Files", icon: Paperclip, kind: "count", display: "off" },
  { ...none, id: "text", title: "Title", icon: TextSearch, kind: "text", words: ["text"], filter: "text" },
];

const byId = new Map(properties.map((property) => [property.id, property]));
const byFilter = new Map(properties.flatMap((property) => (property.filter ? [[property.filter, property]] : [])));

export function propertyOf(id: PropertyId): Property {
  const property = byId.get(id);
  if (!property) throw new Error(`no property ${id}`);
  return property;
}

export function propertyOfFilter(key: FilterKey): Property {
  const property = byFilter.get(key);
  if (!property) throw new Error(`no property filters by ${key}`);
  return property;
}

export const editable = properties.filter((property) => property.editable);
export const displayable = properties.filter((property) => property.display !== null);
export const filterable = properties.filter((property) => property.filter !== null);
export const groupable = properties.filter((property) => property.group !== null);

/** Ways to order; by hand and by title are no property of their own. */
export const orders: readonly { readonly key: OrderKey; readonly title: string; readonly icon: LucideIcon }[] = [
  { key: "manual", title: "Manual", icon: PenLine },
  ...properties.flatMap(({ order, title, icon }) => (order ? [{ key: order, title, icon }] : [])),
  { key: "name", title: "Title", icon: TextSearch },
];
