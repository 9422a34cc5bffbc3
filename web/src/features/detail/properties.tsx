/** What an item has, as label and value. Empty ones are not drawn; they are in a menu. */

import { Plus } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { LabelDot } from "../../ui/chip.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { tip } from "../../ui/tooltip.tsx";
import {
  type EditableProperty,
  maySet,
  PropertyChip,
  pick,
  propertyOf,
  scaleOf,
  useCatalog,
} from "../properties/index.ts";
import { useResource } from "./resource.ts";

/** Those that an item always shows. */
const ALWAYS: readonly EditableProperty[] = ["state", "priority", "assignee"];
const OTHERS: readonly EditableProperty[] = [
  ...(["type", "label", "estimate", "cycle", "module", "target_date", "start_date", "parent"] as const),
];

interface Props {
  readonly item: WorkItem;
  readonly canEdit: boolean;
  /** Beside the text there is one column, above it there are two. */
  readonly columns: 1 | 2;
}

export function Properties({ item, canEdit, columns }: Props) {
  const engine = useEngine();
  const catalog = useCatalog();
  const shown = [...ALWAYS, ...OTHERS.filter((property) => has(item, property))];
  useResource(scaleOf(engine, item.project));
  const absent = OTHERS.filter((property) => !has(item, property) && maySet(engine, property, [item]));
  const creator = item.created_by ? catalog.member(item.created_by) : undefined;
  return (
    <div className="flex flex-col gap-1">
      <dl
        data-item={item.id}
        aria-label="Properties"
        className={cx("grid gap-x-6 gap-y-0.5", columns === 2 ? "grid-cols-2 max-sm:grid-cols-1" : "grid-cols-1")}
      >
        {shown.map((property) => (
          <Line key={property} label={propertyOf(property).title}>
            {property === "label" ? (
              <Labels item={item} disabled={!canEdit} />
            ) : (
              <PropertyChip
                item={item}
                property={property}
                empty="None"
                disabled={!canEdit || !maySet(engine, property, [item])}
                className="-ml-1.5 text-13"
              />
            )}
          </Line>
        ))}
        <Line label="Created">
          <span className="flex min-w-0 items-center gap-1.5 py-0.5" {...tip(exactTime(item.created_at))}>
            {creator && <Avatar member={creator} size={18} named={false} />}
            {creator && <span className="truncate">{creator.display_name}</span>}
            <span className="shrink-0 text-muted">{relativeTime(item.created_at)}</span>
          </span>
        </Line>
      </dl>
      {canEdit && absent.length > 0 && <AddProperty item={item} properties={absent} />}
    </div>
  );
}

function has(item: WorkItem, property: EditableProperty): boolean {
  const field = propertyOf(property).field;
  const value = field === null ? null : item[field];
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined;
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-7 min-w-0 items-start pointer-coarse:min-h-10">
      <dt className="w-20 shrink-0 pt-[5px] text-12 text-muted pointer-coarse:pt-[11px]">{label}</dt>
      <dd className="flex min-h-7 min-w-0 flex-1 items-center text-13 pointer-coarse:min-h-10">{children}</dd>
    </div>
  );
}

/** Each label with its name: there is room here. */
function Labels({ item, disabled }: { item: WorkItem; disabled: boolean }) {
  const catalog = useCatalog();
  const labels = item.labels.flatMap((id) => catalog.label(id) ?? []);
  return (
    <button
      type="button"
      disabled={disabled}
      data-pick="label"
      aria-haspopup="dialog"
      aria-label={`Label: ${labels.map(({ name }) => name).join(", ")}`}
      onClick={(event) => pick("label", [item.id], event.currentTarget)}
      className="-ml-1.5 flex min-w-0 flex-wrap gap-1 rounded-control p-0.5 text-left enabled:hover:bg-hover"
    >
      {labels.map((label) => (
        <span
          key={label.id}
          className="flex max-w-full items-center gap-1.5 rounded-full border border-line px-2 py-0.5 text-12"
        >
          <LabelDot color={label.color} />
          <span className="truncate">{label.name}</span>
        </span>
      ))}
    </button>
  );
}

function AddProperty({ item, properties }: { item: WorkItem; properties: readonly EditableProperty[] }) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Menu
      trigger={
        <Button
          ref={button}
          size="sm"
          variant="ghost"
          icon={<Plus size={14} aria-hidden="true" />}
          className="-ml-1.5 self-start"
        >
          Add property
        </Button>
      }
    >
      {properties.map((property) => {
        const { title, icon: Icon, key } = propertyOf(property);
        return (
          <MenuItem
            key={property}
            icon={<Icon aria-hidden="true" />}
            keys={key ?? undefined}
            // After the menu has given the focus back.
            onSelect={() => setTimeout(() => pick(property, [item.id], button.current))}
          >
            {title}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
