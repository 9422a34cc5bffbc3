/** Which of the shell's own layers is open: at most one. */

import { store } from "../lib/store.ts";

export type Layer = "palette" | "keys" | "create-project" | "sidebar" | "sign-out";

const open = store<Layer | null>(null);

export const openLayer = (layer: Layer): void => open.set(layer);

export function closeLayer(layer: Layer): void {
  if (open.get() === layer) open.set(null);
}

export const useLayer = (layer: Layer): boolean => open.use((current) => current === layer);
