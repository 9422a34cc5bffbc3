/** What of the filter bar is open: the list of properties, the typed query, or the field that finds within the list. */

import { useSyncExternalStore } from "react";

export type FilterPart = "add" | "text" | "find";

let open: FilterPart | null = null;
const listeners = new Set<() => void>();

export function openFilter(part: FilterPart): void {
  set(part);
}

export function closeFilter(part: FilterPart): void {
  if (open === part) set(null);
}

export function useFilterPart(): FilterPart | null {
  return useSyncExternalStore(subscribe, () => open);
}

function set(part: FilterPart | null): void {
  open = part;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
