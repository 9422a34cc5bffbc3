/** Two changes of one row that were not sent yet, made into one. */

import type { Mutation } from "./contract.ts";
import { joined, laid } from "./lists.ts";
import type { Change } from "./pending.ts";
import { isAlone } from "./routes.ts";

/** null: they cannot be one. The key and the place are those of the first. */
export function merged(first: Change, second: Change): Change | null {
  const mutation = both(first.mutation, second.mutation);
  return mutation && { ...first, mutation, label: second.label };
}

function both(first: Mutation, second: Mutation): Mutation | null {
  if (first.entity !== second.entity || first.id !== second.id) return null;
  if (second.kind !== "update" || (first.kind !== "create" && first.kind !== "update")) return null;
  if (isAlone(first) || isAlone(second)) return null;
  const extra = { ...first.extra, ...second.extra };
  if (first.kind === "create") {
    const row = { ...first.row, ...second.patch };
    return { ...first, row: { ...row, ...laid(second.lists, row) }, extra };
  }
  const lists = joined(first.lists, second.lists);
  return { ...first, patch: { ...first.patch, ...second.patch }, extra, ...(lists ? { lists } : {}) };
}
