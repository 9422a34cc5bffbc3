/** Two changes of one row that were not sent yet, made into one. */

import type { Mutation } from "./contract.ts";
import type { Change } from "./pending.ts";

/** null: they cannot be one. The key and the place are those of the first. */
export function merged(first: Change, second: Change): Change | null {
  const mutation = both(first.mutation, second.mutation);
  return mutation && { ...first, mutation, label: second.label };
}

function both(first: Mutation, second: Mutation): Mutation | null {
  if (first.entity !== second.entity || first.id !== second.id) return null;
  if (second.kind !== "update" || (first.kind !== "create" && first.kind !== "update")) return null;
  if (isArchiving(first) || isArchiving(second)) return null;
  const extra = { ...first.extra, ...second.extra };
  if (first.kind === "create") return { ...first, row: { ...first.row, ...second.patch }, extra };
  return { ...first, patch: { ...first.patch, ...second.patch }, extra };
}

/** A project is archived by a request of its own. */
function isArchiving(mutation: Mutation): boolean {
  return mutation.entity === "project" && mutation.kind === "update" && "archived_at" in mutation.patch;
}
