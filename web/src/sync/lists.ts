/** Changes of lists, such as an item's labels, as what comes and what goes: somebody else may change the same list meanwhile. */

import type { ListChange, Lists, Mutation } from "./contract.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The change with its lists as what it does to those of the row, so that it can be laid over another row too. */
export function withLists(mutation: Mutation, row: Fields | undefined): Mutation {
  if (mutation.kind !== "update" || !row) return mutation;
  const patch: Record<string, unknown> = {};
  const lists: Record<string, ListChange> = { ...mutation.lists };
  for (const [field, value] of Object.entries(mutation.patch)) {
    const now = row[field];
    if (!isList(value) || !isList(now)) patch[field] = value;
    else lists[field] = between(now, value);
  }
  return Object.keys(lists).length ? { ...mutation, patch, lists } : mutation;
}

function between(before: readonly string[], after: readonly string[]): ListChange {
  return {
    added: after.filter((value) => !before.includes(value)),
    removed: before.filter((value) => !after.includes(value)),
  };
}

/** One change for each module that an item comes into or leaves, as each is a request of its own. */
export function oneByOne(mutation: Mutation): readonly Mutation[] {
  if (mutation.kind !== "update" || !mutation.lists?.modules) return [mutation];
  const { modules, ...others } = mutation.lists;
  const { lists: _, ...rest } = mutation;
  const alone = (change: Partial<ListChange>): Mutation => ({
    kind: "update",
    entity: mutation.entity,
    id: mutation.id,
    patch: {},
    lists: { modules: { added: [], removed: [], ...change } },
  });
  const isMore = Object.keys(rest.patch).length > 0 || Object.keys(others).length > 0;
  return [
    ...(isMore ? [{ ...rest, ...(Object.keys(others).length ? { lists: others } : {}) }] : []),
    ...modules.removed.map((id) => alone({ removed: [id] })),
    ...modules.added.map((id) => alone({ added: [id] })),
  ];
}

/** The lists of a row after the change. */
export function laid(lists: Lists | undefined, row: Fields): Record<string, readonly string[]> {
  const made: Record<string, readonly string[]> = {};
  for (const [field, { added, removed }] of Object.entries(lists ?? {})) {
    const now = row[field];
    const kept = (isList(now) ? now : []).filter((value) => !removed.includes(value));
    made[field] = [...kept, ...added.filter((value) => !kept.includes(value))];
  }
  return made;
}

/** What takes the change back: only what it did to this row. */
export function opposite(lists: Lists, row: Fields): Lists {
  const now = laid(lists, row);
  const back = Object.keys(lists).map((field) => {
    const before = row[field];
    return [field, between(now[field] ?? [], isList(before) ? before : [])] as const;
  });
  return Object.fromEntries(back);
}

/** One change for two, the second made after the first. */
export function joined(first: Lists | undefined, second: Lists | undefined): Lists | undefined {
  if (!first || !second) return first ?? second;
  const made: Record<string, ListChange> = { ...first };
  for (const [field, { added, removed }] of Object.entries(second)) {
    const before = made[field] ?? { added: [], removed: [] };
    made[field] = {
      added: [...before.added.filter((value) => !removed.includes(value) && !added.includes(value)), ...added],
      removed: [...before.removed.filter((value) => !added.includes(value) && !removed.includes(value)), ...removed],
    };
  }
  return made;
}

/** The change as it is sent, with whole lists, made for the row as it is now. */
export function whole(mutation: Mutation, row: Fields): Mutation {
  if (mutation.kind !== "update" || !mutation.lists) return mutation;
  const { lists, ...rest } = mutation;
  return { ...rest, patch: { ...mutation.patch, ...laid(lists, row) } };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
