import { memo, useEffect, useRef } from "react";
import type { Id } from "../../sync/rows.ts";
import { useRow } from "../../sync-react/index.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { mayEdit } from "../properties/rights.ts";
import type { Shown } from "../views/display.ts";
import type { RegisterDrag } from "./drag.ts";
import { Title } from "./title.tsx";
import { AssigneeValue, Counts, DueValue, KeyText, Labels, ParentPath, PriorityValue, Progress } from "./values.tsx";

export interface CardProps {
  id: Id;
  path: string;
  focused: boolean;
  chosen: boolean;
  catalog: Catalog;
  shown: Shown;
  base: string;
  registerDrag: RegisterDrag;
}

/** One item of a board: key and priority, the title, and in one line what else is set. */
export const Card = memo(function Card({ id, path, focused, chosen, catalog, shown, base, registerDrag }: CardProps) {
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
  const dated = item.target_date !== null && shown.has("target_date");
  const started = item.start_date !== null && shown.has("start_date");
  return (
    <div
      ref={element}
      id={cardId(id, path)}
      data-item={id}
      data-group={path}
      data-focused={focused ? "" : undefined}
      data-chosen={chosen ? "" : undefined}
      className="card"
    >
      <div className="flex h-6 items-center gap-1">
        <button
          type="button"
          tabIndex={tab}
          disabled={fixed}
          data-pick="state"
          aria-haspopup="dialog"
          aria-label={`State: ${state?.name ?? "none"}`}
          {...tip(state?.name ?? "No state", "s")}
          className="item-slot -ml-1.5"
        >
          {state && <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />}
        </button>
        {shown.has("key") && <KeyText>{key}</KeyText>}
        {shown.has("parent") && item.parent && <ParentPath catalog={catalog} parent={item.parent} />}
        <span className="ml-auto flex items-center">
          <input
            type="checkbox"
            className="checkbox item-check"
            checked={chosen}
            readOnly
            tabIndex={-1}
            aria-label={`Select ${key}`}
          />
          {shown.has("priority") && <PriorityValue item={item} tab={tab} fixed={fixed} />}
        </span>
      </div>
      <Title item={item} href={`${base}/item/${catalog.address(item)}`} className="card-title" />
      <div className="card-values">
        {shown.has("sub_items") && item.sub_items_count > 0 && (
          <Progress done={item.sub_items_done} count={item.sub_items_count} />
        )}
        {started && <DueValue item={item} catalog={catalog} property="start_date" tab={tab} fixed={fixed} />}
        {dated && <DueValue item={item} catalog={catalog} property="target_date" tab={tab} fixed={fixed} />}
        {shown.has("label") && item.labels.length > 0 && (
          <Labels item={item} catalog={catalog} tab={tab} fixed={fixed} />
        )}
        <Counts item={item} links={shown.has("links")} files={shown.has("attachments")} />
        {shown.has("assignee") && (
          <span className="ml-auto">
            <AssigneeValue item={item} catalog={catalog} tab={tab} fixed={fixed} />
          </span>
        )}
      </div>
    </div>
  );
});

export function cardId(id: Id, path: string): string {
  return `card-${path.replace(/[^\w-]/g, "_")}-${id}`;
}
