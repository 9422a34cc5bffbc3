/** Properties as small buttons that show their value and open their picker. For an item that is there, and for one that is being written. */

import type { ReactNode } from "react";
import { dayLabel, fullDay, isPast } from "../../lib/dates.ts";
import type { Id, Priority, WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { AvatarStack } from "../../ui/avatar.tsx";
import { Chip, LabelDot } from "../../ui/chip.tsx";
import { cx } from "../../ui/classes.ts";
import { PriorityIcon, priorityName } from "../../ui/priority-icon.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { useResource } from "../detail/resource.ts";
import { type Catalog, useCatalog } from "./catalog.ts";
import { propertyOf } from "./definitions.ts";
import type { EditableProperty } from "./edit.ts";
import { type Draft, pick, pickDraft } from "./picking.ts";
import { scaleOf } from "./scales.ts";

interface Shown {
  readonly icon: ReactNode;
  /** null: nothing is set. */
  readonly text: string | null;
  readonly tip?: string;
  readonly late?: boolean;
}

export interface PropertyChipProps {
  item: WorkItem;
  property: EditableProperty;
  look?: "outline" | "plain";
  /** What stands there without a value; left out: the property's name. */
  empty?: string;
  disabled?: boolean;
  className?: string;
}

/** The value of one property of an item; a click opens its picker. */
export function PropertyChip({ item, property, look = "plain", empty, disabled, className }: PropertyChipProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const parent = property === "parent" && item.parent ? engine.table("work_item").get(item.parent) : undefined;
  const estimate = useEstimate(item, property);
  const shown = parent
    ? parentShown(catalog, parent)
    : (estimate ?? show(catalog, property, valuesOf(item, property), item));
  return (
    <ValueChip
      property={property}
      shown={shown}
      look={look}
      empty={empty}
      disabled={disabled}
      className={className}
      onOpen={(anchor) => pick(property, [item.id], anchor)}
    />
  );
}

function useEstimate(item: WorkItem, property: EditableProperty): Shown | null {
  const engine = useEngine();
  const wanted = property === "estimate" && item.estimate_point !== null;
  const { value } = useResource(scaleOf(engine, item.project), wanted);
  const point = wanted ? value?.points.find(({ id }) => id === item.estimate_point) : undefined;
  return point ? named(point.value) : null;
}

export type PickerChipProps = Omit<PropertyChipProps, "property">;

export const StatePicker = (props: PickerChipProps) => <PropertyChip {...props} property="state" />;
export const PriorityPicker = (props: PickerChipProps) => <PropertyChip {...props} property="priority" />;
export const AssigneePicker = (props: PickerChipProps) => <PropertyChip {...props} property="assignee" />;
export const LabelPicker = (props: PickerChipProps) => <PropertyChip {...props} property="label" />;
export const DueDatePicker = (props: PickerChipProps) => <PropertyChip {...props} property="target_date" />;
export const StartDatePicker = (props: PickerChipProps) => <PropertyChip {...props} property="start_date" />;
export const ParentPicker = (props: PickerChipProps) => <PropertyChip {...props} property="parent" />;

/** The same for an item that is not saved yet. */
export function DraftChip({ property, draft }: { property: EditableProperty; draft: Draft }) {
  const engine = useEngine();
  const catalog = useCatalog();
  const parent = property === "parent" && draft.values[0] ? engine.table("work_item").get(draft.values[0]) : undefined;
  const shown = parent ? parentShown(catalog, parent) : show(catalog, property, draft.values, null);
  return (
    <ValueChip
      property={property}
      shown={shown}
      look="outline"
      onOpen={(anchor) => pickDraft(property, draft, anchor)}
    />
  );
}

interface ValueChipProps {
  property: EditableProperty;
  shown: Shown;
  look: "outline" | "plain";
  empty?: string | undefined;
  disabled?: boolean | undefined;
  className?: string | undefined;
  onOpen: (anchor: Element) => void;
}

function ValueChip({ property, shown, look, empty, disabled, className, onOpen }: ValueChipProps) {
  const { title, icon: Icon, key } = propertyOf(property);
  const text = shown.text ?? empty ?? title;
  return (
    <Chip
      {...tip(shown.tip ?? title, key ?? undefined)}
      data-pick={property}
      aria-haspopup="dialog"
      aria-label={`${title}: ${shown.text ?? empty ?? "none"}`}
      disabled={disabled}
      look={look}
      icon={shown.icon ?? <Icon aria-hidden="true" className={shown.late ? "text-danger" : "text-muted"} />}
      className={cx(shown.text === null && "text-muted", shown.late && "text-danger", className)}
      onClick={(event) => onOpen(event.currentTarget)}
    >
      {text}
    </Chip>
  );
}

export function valuesOf(item: WorkItem, property: EditableProperty): readonly string[] {
  const field = propertyOf(property).field;
  const value = field === null ? null : item[field];
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? [value] : [];
}

function parentShown(catalog: Catalog, parent: WorkItem): Shown {
  const state = catalog.state(parent.state);
  return {
    icon: state ? <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} /> : null,
    text: `${catalog.key(parent)} ${parent.name}`,
  };
}

function show(catalog: Catalog, property: EditableProperty, values: readonly string[], item: WorkItem | null): Shown {
  const [first] = values;
  const nothing: Shown = { icon: null, text: null };
  switch (property) {
    case "state": {
      const state = first === undefined ? undefined : catalog.state(first);
      if (!state) return nothing;
      return {
        icon: <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />,
        text: state.name,
      };
    }
    case "priority": {
      const priority = (first ?? "none") as Priority;
      const text = priority === "none" ? null : priorityName(priority);
      return { icon: <PriorityIcon priority={priority} />, text };
    }
    case "assignee": {
      const members = values.flatMap((id) => catalog.member(id) ?? []);
      if (members.length === 0) return nothing;
      const text = members.length === 1 ? (members[0]?.display_name ?? "") : `${members.length} people`;
      return {
        icon: <AvatarStack members={members} size={18} />,
        text,
        tip: members.map((row) => row.display_name).join(", "),
      };
    }
    case "label": {
      const labels = values.flatMap((id) => catalog.label(id) ?? []);
      return labels.length === 0
        ? nothing
        : { icon: <Dots ids={values} catalog={catalog} />, text: labels.map(({ name }) => name).join(", ") };
    }
    case "start_date":
    case "target_date": {
      if (first === undefined) return nothing;
      return {
        icon: null,
        text: dayLabel(first),
        tip: fullDay(first),
        late: property === "target_date" && item !== null && isLate(catalog, item),
      };
    }
    case "type":
      return named(first === undefined ? undefined : (catalog.type(first)?.name ?? "Unknown type"));
    case "cycle":
      return named(first === undefined ? undefined : (catalog.cycle(first)?.name ?? "Unknown cycle"));
    case "module":
      return named(values.map((id) => catalog.module(id)?.name ?? "Unknown module").join(", ") || undefined);
    // Only the project's scale knows what it is called.
    case "estimate":
      return named(first === undefined ? undefined : "Estimated");
    case "parent":
      return first === undefined ? nothing : { icon: null, text: "An item that is not loaded" };
  }
}

function named(text: string | undefined): Shown {
  return { icon: null, text: text ?? null };
}

function Dots({ ids, catalog }: { ids: readonly Id[]; catalog: Catalog }) {
  return (
    <span className="flex -space-x-1">
      {ids.slice(0, 3).map((id) => (
        <LabelDot key={id} color={catalog.label(id)?.color ?? ""} />
      ))}
    </span>
  );
}

/** Late: the day is over and the work is not. */
export function isLate(catalog: Catalog, item: Pick<WorkItem, "target_date" | "state">): boolean {
  if (item.target_date === null || !isPast(item.target_date)) return false;
  const group = catalog.state(item.state)?.group;
  return group !== "completed" && group !== "cancelled";
}
