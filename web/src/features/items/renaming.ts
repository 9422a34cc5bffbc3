/** Which title is being written in its place. */

import { useSyncExternalStore } from "react";
import type { Id } from "../../sync/rows.ts";

let current: Id | null = null;
const listeners = new Set<() => void>();

export function rename(id: Id | null): void {
  current = id;
  for (const listener of listeners) listener();
}

export function useIsRenaming(id: Id): boolean {
  return useSyncExternalStore(subscribe, () => current === id);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
