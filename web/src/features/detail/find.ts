/** The item of a key such as `ENG-42`: from what is held here, after its project was loaded if need be. */

import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Engine } from "../../sync/contract.ts";
import type { Project, WorkItem } from "../../sync/rows.ts";
import { useEngine, useLoaded } from "../../sync-react/index.tsx";

export type Found =
  | { readonly kind: "there"; readonly item: WorkItem }
  /** It was on the screen and is not there any more; `access`: nor is the project. */
  | { readonly kind: "gone"; readonly last: WorkItem; readonly access: boolean }
  | { readonly kind: "loading" }
  /** No such key, or not for this user. */
  | { readonly kind: "missing" }
  /** The project could not be loaded. */
  | { readonly kind: "failed" };

export function useItemByKey(key: string): Found {
  const engine = useEngine();
  const project = useProject(engine, key);
  const { loaded, failed } = useLoaded(project?.id ?? null);
  const item = useItem(engine, project, key);
  const [last, setLast] = useState<{ key: string; item: WorkItem } | null>(null);
  useEffect(() => {
    if (item) setLast({ key, item });
  }, [item, key]);
  if (item) return { kind: "there", item };
  if (last?.key === key) {
    // While a project is fetched anew its items may be away for a moment.
    return { kind: "gone", last: last.item, access: project?.member_role != null };
  }
  if (!project) return { kind: "missing" };
  if (failed) return { kind: "failed" };
  return loaded ? { kind: "missing" } : { kind: "loading" };
}

function useProject(engine: Engine, key: string): Project | null {
  const table = engine.table("project");
  const letters = key.slice(0, Math.max(key.lastIndexOf("-"), 0)).toUpperCase();
  return useSyncExternalStore(
    (listener) => table.subscribe(listener),
    () => {
      for (const project of table.all()) if (project.identifier.toUpperCase() === letters) return project;
      return null;
    },
  );
}

function useItem(engine: Engine, project: Project | null, key: string): WorkItem | undefined {
  const table = engine.table("work_item");
  const number = Number(key.slice(key.lastIndexOf("-") + 1));
  const id = useSyncExternalStore(
    (listener) => table.subscribe(listener),
    () => {
      for (const item of table.all()) {
        if (item.sequence_id === number && item.project === project?.id) return item.id;
      }
      return undefined;
    },
  );
  const subscribe = useMemo(
    () => (listener: () => void) => (id ? table.subscribeRow(id, listener) : () => {}),
    [table, id],
  );
  return useSyncExternalStore(subscribe, () => (id ? table.get(id) : undefined));
}
