/** Whether the display menu is open, for its key. */

import { useSyncExternalStore } from "react";

let open = false;
const listeners = new Set<() => void>();

export function openDisplay(): void {
  setDisplay(true);
}

export function setDisplay(next: boolean): void {
  open = next;
  for (const listener of listeners) listener();
}

export function useDisplayOpen(): boolean {
  return useSyncExternalStore(subscribe, () => open);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
