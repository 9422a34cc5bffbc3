/** The item of an address such as `ENG-42`: from what is held here, after its project was loaded if need be. */

import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Engine } from "../../sync/contract.ts";
import type { Project, WorkItem } from "../../sync/rows.ts";
import { useEngine, useLoaded } from "../../sync-react/index.tsx";
import { type Address, addressOf, itemIn, parseAddress, projectAt } from "../properties/address.ts";

export type Found =
  | { readonly kind: "there"; readonly item: WorkItem }
  /** It was on the screen and is not there any more; `access`: nor is the project. */
  | { readonly kind: "gone"; readonly last: WorkItem; readonly access: boolean }
  | { readonly kind: "loading" }
  /** No such item, or not for this user. */
  | { readonly kind: "missing" }
  /** The project could not be loaded. */
  | { readonly kind: "failed" };

/** `onMoved`: the item has another address from now on, its key in the place of its id. */
export function useItemAt(address: string, onMoved: (address: string) => void): Found {
  const engine = useEngine();
  const parsed = useMemo(() => parseAddress(address), [address]);
  const project = useProject(engine, parsed);
  const { loaded, failed } = useLoaded(project?.id ?? null);
  const item = useItem(engine, project, parsed);
  const [last, setLast] = useState<{ address: string; item: WorkItem } | null>(null);
  useEffect(() => {
    if (item) setLast({ address, item });
  }, [item, address]);
  const now = parsed?.id && project && item && item.sequence_id > 0 ? addressOf(project, item) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once
  useEffect(() => {
    if (now !== null) onMoved(now);
  }, [now]);
  if (item) return { kind: "there", item };
  if (last?.address === address) {
    // While a project is fetched anew its items may be away for a moment.
    return { kind: "gone", last: last.item, access: project?.member_role != null };
  }
  if (!project) return { kind: "missing" };
  if (failed) return { kind: "failed" };
  return loaded ? { kind: "missing" } : { kind: "loading" };
}

function useProject(engine: Engine, address: Address | null): Project | null {
  const table = engine.table("project");
  return useSyncExternalStore(
    (listener) => table.subscribe(listener),
    () => address && projectAt(engine, address),
  );
}

function useItem(engine: Engine, project: Project | null, address: Address | null): WorkItem | undefined {
  const table = engine.table("work_item");
  const id = useSyncExternalStore(
    (listener) => table.subscribe(listener),
    () => (project && address ? itemIn(engine, project, address)?.id : undefined),
  );
  const subscribe = useMemo(
    () => (listener: () => void) => (id ? table.subscribeRow(id, listener) : () => {}),
    [table, id],
  );
  return useSyncExternalStore(subscribe, () => (id ? table.get(id) : undefined));
}
