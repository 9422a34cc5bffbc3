import { useSyncExternalStore } from "react";
import { type Command, find, subscribe } from "./registry.ts";

/** The command of this id while it is registered. */
export function useCommand(id: string): Command | undefined {
  return useSyncExternalStore(subscribe, () => find(id));
}
