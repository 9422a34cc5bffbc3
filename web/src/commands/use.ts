import { useEffect, useRef, useSyncExternalStore } from "react";
import { type Command, find, register, subscribe } from "./registry.ts";

/** The command of this id while it is registered. */
export function useCommand(id: string): Command | undefined {
  return useSyncExternalStore(subscribe, () => find(id));
}

/** Commands for as long as a screen is there. Registered once; they see what there is when they are run. */
export function useCommands<T>(now: T, make: (now: () => T) => readonly Command[]): void {
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  useEffect(() => register(make(() => latest.current)), [make]);
}
