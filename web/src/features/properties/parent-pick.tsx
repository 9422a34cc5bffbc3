import { Unlink } from "lucide-react";
import { useMemo, useState } from "react";
import { fold, score } from "../../lib/match.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { PickerList, type PickerOption } from "../../ui/picker.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { type Catalog, useCatalog } from "./catalog.ts";

export interface ParentPickProps {
  /** The items that get the parent. */
  ids: readonly Id[];
  project: Id | null;
  value: Id | null;
  onChange: (value: Id | null) => void;
  onDone: () => void;
}

const REMOVE = "remove";
const most = 40;

/** Another item of the project, found by key or words. Never one of the items themselves or one below them. */
export function ParentPick({ ids, project, value, onChange, onDone }: ParentPickProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const [query, setQuery] = useState("");
  const found = useMemo(() => {
    const candidate = (item: WorkItem) =>
      (project === null || item.project === project) && item.archived_at === null && !isBelow(engine, item, ids);
    return findItems(engine, catalog, query, candidate, most);
  }, [engine, catalog, query, project, ids]);
  const options = found.map((item) => itemOption(catalog, item));
  const remove: PickerOption = {
    id: REMOVE,
    label: "No parent",
    icon: <Unlink aria-hidden="true" className="text-muted" />,
  };
  return (
    <PickerList
      label="Set parent"
      options={value !== null && query === "" ? [remove, ...options] : options}
      value={value === null ? [] : [value]}
      onQuery={setQuery}
      onChange={([id]) => id && onChange(id === REMOVE ? null : id)}
      onDone={onDone}
      empty="No item is called so"
    />
  );
}

export function itemOption(catalog: Catalog, item: WorkItem): PickerOption {
  const state = catalog.state(item.state);
  return {
    id: item.id,
    label: item.name,
    icon: state && <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />,
    hint: <span className="tabular">{catalog.key(item)}</span>,
  };
}

/** Items by key or by words of the title, best first; with nothing typed the newest. */
export function findItems(
  engine: Engine,
  catalog: Catalog,
  query: string,
  keep: (item: WorkItem) => boolean,
  limit: number,
): WorkItem[] {
  const text = fold(query.trim());
  const ranked: { item: WorkItem; rank: number }[] = [];
  for (const item of engine.table("work_item").all()) {
    const rank = text === "" ? 1 : Math.max(score(fold(item.name), text), score(fold(catalog.key(item)), text));
    if (rank > 0 && keep(item)) ranked.push({ item, rank });
  }
  ranked.sort((a, b) => b.rank - a.rank || (a.item.created_at < b.item.created_at ? 1 : -1));
  return ranked.slice(0, limit).map(({ item }) => item);
}

/** Whether an item is one of these, or stands below one of them. */
function isBelow(engine: Engine, item: WorkItem, ids: readonly Id[]): boolean {
  const seen = new Set<Id>();
  let current: WorkItem | undefined = item;
  while (current && !seen.has(current.id)) {
    if (ids.includes(current.id)) return true;
    seen.add(current.id);
    current = current.parent === null ? undefined : engine.table("work_item").get(current.parent);
  }
  return false;
}
