// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { memo, useEffect, useRef } from "react";
import type { Id } from "../../sync/rows.ts";
import { useRow } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { StateIcon } from "../../ui/state-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { mayEdit } from "../properties/rights.ts";
import type { Shown } from "../views/display.ts";
import { Title } from "./title.tsx";
import {
  AssigneeValue,
  DueValue,
  KeyText,
  Labels,
  MomentValue,
  ParentPath,
  PriorityValue,
  Progress,
} from "./values.tsx";

export interface RowProps {
  id: Id;
  path: string;
  /** Where it is among all rows, for those who hear the list. */
  index: number;
  focused: boolean;
  chosen: boolean;
  catalog: Catalog;
  shown: Shown;
  base: string;
  narrow: boolean;
  registerDrag: (element: HTMLElement, id: Id, path: string) => () => void;
}

/** One item of a list. Its buttons are plain: the list listens for all of them. */
export const Row = memo(function Row(props: RowProps) {
  const { id, path, index, focused, chosen, catalog, shown, base, registerDrag } = props;
  const item = useRow("work_item", id);
  const element = useRef<HTMLDivElement>(null);
  const there = item !== undefined;
  // After the drawing: it writes attributes, which must not come between measurements.
  useEffect(() => {
    if (there && element.current) return registerDrag(element.current, id, path);
  }, [there, id, path, registerDrag]);
  if (!item) return null;
  const state = catalog.state(item.state);
  const key = catalog.key(item);
  const tab = focused ? 0 : -1;
  const fixed = !mayEdit(catalog, item);
  const properties = <Properties {...props} />;
  return (
    <div
      ref={element}
      role="row"
      id={rowId(id, path)}
      aria-rowindex={index + 1}
      aria-selected={chosen}
      data-item={id}
      data-group={path}
      data-focused={focused ? "" : undefined}
      data-chosen={chosen ? "" : undefined}
      className={cx("item-row", props.narrow && "item-row-narrow")}
    >
      <div role="gridcell" className="item-lead">
        <input
          type="checkbox"
          className="checkbox item-check"
          checked={chosen}
          readOnly
          tabIndex={-1}
          aria-label={`Select ${key}`}
        />
        <button
          type="button"
          tabIndex={tab}
          disabled={fixed}
          data-pick="state"
          aria-haspopup="dialog"
          aria-label={`State: ${state?.name ?? "none"}`}
          {...tip(state?.name ?? "No state", "s")}
          className="item-slot"
        >
          {state && <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />}
        </button>
        {shown.has("key") && <KeyText className="item-key">{key}</KeyText>}
      </div>
      <div role="gridcell" className="item-name">
        <Title item={item} href={`${base}/item/${catalog.address(item)}`} />
        {shown.has("sub_items") && item.sub_items_count > 0 && (
          <Progress done={item.sub_items_done} count={item.sub_items_count} />
        )}
        {shown.has("parent") && item.parent && !props.narrow && <ParentPath catalog={catalog} parent={item.parent} />}
      </div>
      {properties}
    </div>
  );
});

function Properties({ id, focused, catalog, shown }: RowProps) {
  const item = useRow("work_item", id);
  if (!item) return null;
  const tab = focused ? 0 : -1;
  const fixed = !mayEdit(catalog, item);
  return (
    <div role="gridcell" className="item-properties">
      {shown.has("label") && <Labels item={item} catalog={catalog} tab={tab} fixed={fixed} />}
      {shown.has("created_at") && <MomentValue title="Created" value={item.created_at} />}
      {shown.has("updated_at") && <MomentValue title="Updated" value={item.updated_at} />}
      {shown.has("created_by") && (
        <span className="item-moment truncate">
          {item.created_by ? catalog.member(item.created_by)?.display_name : ""}
        </span>
      )}
      {shown.has("start_date") && (
        <DueValue item={item} catalog={catalog} property="start_date" tab={tab} fixed={fixed} />
      )}
      {shown.has("target_date") && (
        <DueValue item={item} catalog={catalog} property="target_date" tab={tab} fixed={fixed} />
      )}
      {shown.has("priority") && <PriorityValue item={item} tab={tab} fixed={fixed} />}
      {shown.has("assignee") && <AssigneeValue item={item} catalog={catalog} tab={tab} fixed={fixed} />}
    </div>
  );
}

export function rowId(id: Id, path: string): string {
  return `row-${path.replace(/[^\w-]/g, "_")}-${id}`;
}
