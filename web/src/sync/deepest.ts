/** In which order items are deleted: one that goes with what is above it comes back with that only. */

import type { Mutation, Table } from "./contract.ts";
import type { Id } from "./rows.ts";

/** The same changes; if items are deleted, those further down first. */
export function deepestFirst(mutations: readonly Mutation[], items: Table<"work_item">): readonly Mutation[] {
  if (mutations.length < 2 || !mutations.every(({ kind, entity }) => kind === "delete" && entity === "work_item")) {
    return mutations;
  }
  const depths = new Map(mutations.map(({ id }) => [id, depth(id, items)]));
  return [...mutations].sort((one, other) => (depths.get(other.id) ?? 0) - (depths.get(one.id) ?? 0));
}

function depth(id: Id, items: Table<"work_item">): number {
  const seen = new Set<Id>();
  for (let at = items.get(id)?.parent; at && !seen.has(at); at = items.get(at)?.parent) seen.add(at);
  return seen.size;
}
