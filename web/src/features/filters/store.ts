/** What of the filter bar is open: the list of properties, the typed query, or the field that finds within the list. */

import { store } from "../../lib/store.ts";

export type FilterPart = "add" | "text" | "find";

const open = store<FilterPart | null>(null);

export const openFilter = (part: FilterPart): void => open.set(part);

export function closeFilter(part: FilterPart): void {
  if (open.get() === part) open.set(null);
}

export const useFilterPart = (): FilterPart | null => open.use();
