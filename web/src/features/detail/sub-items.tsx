/** The items below an item, as a tree, with how far they are and a line to add another. */

import { ChevronRight } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Id, WorkItem } from "../../sync/rows.ts";
import type { ViewSpec } from "../../sync/view-spec.ts";
import { useEngine, useRow, useView } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { createItem } from "../create/make.ts";
import { mayEdit, PropertyChip, useCatalog } from "../properties/index.ts";
import { ItemLine } from "./item-line.tsx";
import { Section } from "./section.tsx";

interface Props {
  readonly item: WorkItem;
  readonly canAdd: boolean;
  readonly adding: boolean;
  readonly onAdding: (adding: boolean) => void;
}

export function SubItems({ item, canAdd, adding, onAdding }: Props) {
  const view = useView(below(item.id));
  const total = Math.max(view.total, item.sub_items_count);
  if (total === 0 && !adding) return null;
  return (
    <Section
      title="Sub-items"
      count={total > 0 ? `${item.sub_items_done} of ${total}` : undefined}
      add={canAdd ? { label: "Add sub-item", keys: "Shift+s", run: () => onAdding(true) } : undefined}
    >
      {total > 0 && (
        <progress
          aria-label="Sub-items done"
          className="detail-progress"
          max={total}
          value={Math.min(item.sub_items_done, total)}
        />
      )}
      <Tree parent={item.id} depth={0} above={[item.id]} />
      {adding && <QuickAdd parent={item} onDone={() => onAdding(false)} />}
    </Section>
  );
}

function below(parent: Id): ViewSpec {
  return {
    project: null,
    filter: { key: "parent", op: "in", values: [parent] },
    group: null,
    subgroup: null,
    order: { key: "manual", desc: false },
    subItems: true,
    archived: false,
    emptyGroups: false,
  };
}

interface TreeProps {
  parent: Id;
  depth: number;
  /** Those above: data from elsewhere may go around in a circle. */
  above: readonly Id[];
}

function Tree({ parent, depth, above }: TreeProps) {
  const engine = useEngine();
  const view = useView(below(parent));
  const table = engine.table("work_item");
  const folds = view.ids.some((id) => (table.get(id)?.sub_items_count ?? 0) > 0);
  return (
    <ul className="flex flex-col">
      {view.ids
        .filter((id) => !above.includes(id))
        .map((id) => (
          <Branch key={id} id={id} depth={depth} folds={folds} above={[...above, id]} />
        ))}
    </ul>
  );
}

interface BranchProps {
  id: Id;
  depth: number;
  /** Whether it or a sibling can be opened: then all leave room for the arrow. */
  folds: boolean;
  above: readonly Id[];
}

function Branch({ id, depth, folds, above }: BranchProps) {
  const catalog = useCatalog();
  const item = useRow("work_item", id);
  const [open, setOpen] = useState(false);
  if (!item) return null;
  const fixed = !mayEdit(catalog, item);
  const hasMore = item.sub_items_count > 0;
  return (
    <li>
      <ItemLine
        item={item}
        indent={depth}
        before={
          folds && (
            <button
              type="button"
              aria-label={`${open ? "Hide" : "Show"} sub-items of ${item.name}`}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className={cx(
                "flex size-6 shrink-0 items-center justify-center rounded-control hover:bg-active",
                !hasMore && "invisible",
              )}
            >
              <ChevronRight size={14} aria-hidden="true" className={cx("text-muted", open && "rotate-90")} />
            </button>
          )
        }
        after={
          <>
            {hasMore && (
              <span className="tabular text-12 text-muted">
                {item.sub_items_done}/{item.sub_items_count}
              </span>
            )}
            {item.target_date && <PropertyChip item={item} property="target_date" disabled={fixed} />}
            {item.assignees.length > 0 && (
              <PropertyChip item={item} property="assignee" disabled={fixed} className="[&>span:last-child]:sr-only" />
            )}
          </>
        }
      />
      {open && <Tree parent={id} depth={depth + 1} above={above} />}
    </li>
  );
}

function QuickAdd({ parent, onDone }: { parent: WorkItem; onDone: () => void }) {
  const engine = useEngine();
  const [name, setName] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const add = (event?: FormEvent) => {
    event?.preventDefault();
    const wanted = name.trim();
    if (wanted === "") return;
    createItem(engine, { project: parent.project, name: wanted, parent: parent.id });
    setName("");
  };
  return (
    <form onSubmit={add} className="flex items-center">
      <input
        ref={field}
        aria-label="Title of the new sub-item"
        placeholder="Title of the sub-item. Enter adds it"
        maxLength={255}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => {
          add();
          onDone();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setName("");
          onDone();
        }}
        className="h-8 w-full rounded-control border border-line-strong bg-raised px-2 text-13 placeholder:text-faint pointer-coarse:h-11 pointer-coarse:text-[16px]"
      />
    </form>
  );
}
