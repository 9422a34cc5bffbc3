/** One value outside of React that components follow. */

import { useSyncExternalStore } from "react";

export interface Store<T> {
  readonly get: () => T;
  /** Tells who follows, unless it is the same value. */
  readonly set: (next: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** A hook: the value, or what is read from it. */
  readonly use: <R = T>(read?: (value: T) => R) => R;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const get = () => value;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    subscribe,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    use: <R = T>(read?: (value: T) => R) =>
      useSyncExternalStore(subscribe, () => (read ? read(value) : (value as unknown as R))),
  };
}
