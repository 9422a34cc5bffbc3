/** Which title is being written in its place. */

import { store } from "../../lib/store.ts";
import type { Id } from "../../sync/rows.ts";

const current = store<Id | null>(null);

export const rename = (id: Id | null): void => current.set(id);
export const useIsRenaming = (id: Id): boolean => current.use((renamed) => renamed === id);
