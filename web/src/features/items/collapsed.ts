/** Which groups are folded, for each list and grouping, as long as the page lives. */

import { useSyncExternalStore } from "react";
import type { ViewSettings } from "../views/search.ts";

const nothing: ReadonlySet<string> = new Set();
const folded = new Map<string, ReadonlySet<string>>();
const listeners = new Set<() => void>();

function nameOf(scope: string, { group, sub }: ViewSettings): string {
  return `${scope} ${group} ${sub}`;
}

export function useCollapsed(scope: string, settings: ViewSettings): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => folded.get(nameOf(scope, settings)) ?? nothing);
}

export function toggleCollapsed(scope: string, settings: ViewSettings, path: string): void {
  const name = nameOf(scope, settings);
  const paths = new Set(folded.get(name));
  if (!paths.delete(path)) paths.add(path);
  folded.set(name, paths);
  for (const listener of listeners) listener();
}

/** Folds or unfolds; says whether that changed anything. */
export function setCollapsed(scope: string, settings: ViewSettings, path: string, closed: boolean): boolean {
  if ((folded.get(nameOf(scope, settings)) ?? nothing).has(path) === closed) return false;
  toggleCollapsed(scope, settings, path);
  return true;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
