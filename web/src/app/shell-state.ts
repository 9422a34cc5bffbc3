/** Which of the shell's own layers is open: at most one. */

import { useSyncExternalStore } from "react";

export type Layer = "palette" | "keys" | "create-project" | "sidebar" | "sign-out";

let open: Layer | null = null;
const listeners = new Set<() => void>();

export function openLayer(layer: Layer): void {
  set(layer);
}

export function closeLayer(layer: Layer): void {
  if (open === layer) set(null);
}

export function useLayer(layer: Layer): boolean {
  return useSyncExternalStore(subscribe, () => open === layer);
}

function set(layer: Layer | null): void {
  if (open === layer) return;
  open = layer;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
