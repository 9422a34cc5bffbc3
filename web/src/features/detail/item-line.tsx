/** An item in one line: state, key and title, as lists of related items show it. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { mayEdit, pick, useCatalog } from "../properties/index.ts";

interface Props {
  readonly item: WorkItem;
  readonly indent?: number;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

export function ItemLine({ item, indent = 0, before, after }: Props) {
  const catalog = useCatalog();
  const engine = useEngine();
  const state = catalog.state(item.state);
  const key = catalog.key(item);
  const isDone = state?.group === "completed" || state?.group === "cancelled";
  return (
    <div
      data-item={item.id}
      className="group/line flex min-h-8 items-center gap-1.5 rounded-control pr-1 hover:bg-hover pointer-coarse:min-h-11"
      style={{ paddingLeft: indent * 20 }}
    >
      {before}
      <button
        type="button"
        data-pick="state"
        disabled={!mayEdit(catalog, item)}
        aria-haspopup="dialog"
        aria-label={`State of ${key}: ${state?.name ?? "none"}`}
        {...tip(state?.name ?? "No state")}
        onClick={(event) => pick("state", [item.id], event.currentTarget)}
        className="flex size-6 shrink-0 items-center justify-center rounded-control enabled:hover:bg-active"
      >
        {state && <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />}
      </button>
      <Link
        to="/$ws/item/$key"
        params={{ ws: engine.slug, key: catalog.address(item) }}
        className="flex min-w-0 flex-1 items-baseline gap-2 text-13"
      >
        <span className="tabular shrink-0 text-12 text-muted">{key}</span>
        <span className={isDone ? "truncate text-muted" : "truncate"}>{item.name}</span>
      </Link>
      <span className="flex shrink-0 items-center gap-1">{after}</span>
    </div>
  );
}
