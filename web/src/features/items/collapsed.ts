/** Which groups are folded, for each list and grouping, as long as the page lives. */

import { store } from "../../lib/store.ts";
import type { ViewSettings } from "../views/search.ts";

const nothing: ReadonlySet<string> = new Set();
const folded = store<ReadonlyMap<string, ReadonlySet<string>>>(new Map());

function nameOf(scope: string, { group, sub }: ViewSettings): string {
  return `${scope} ${group} ${sub}`;
}

export function useCollapsed(scope: string, settings: ViewSettings): ReadonlySet<string> {
  return folded.use((all) => all.get(nameOf(scope, settings)) ?? nothing);
}

export function toggleCollapsed(scope: string, settings: ViewSettings, path: string): void {
  const name = nameOf(scope, settings);
  const paths = new Set(folded.get().get(name));
  if (!paths.delete(path)) paths.add(path);
  folded.set(new Map(folded.get()).set(name, paths));
}

/** Folds or unfolds; says whether that changed anything. */
export function setCollapsed(scope: string, settings: ViewSettings, path: string, closed: boolean): boolean {
  if ((folded.get().get(nameOf(scope, settings)) ?? nothing).has(path) === closed) return false;
  toggleCollapsed(scope, settings, path);
  return true;
}
