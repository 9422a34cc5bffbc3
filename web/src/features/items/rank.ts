/** Where an item stands in the order by hand: a number between those of its neighbours. */

import type { Id } from "../../sync/rows.ts";

export interface Ranked {
  readonly id: Id;
  readonly sort_order: number | null;
}

/** How far apart items are put that have room. */
export const step = 10_000;

/**
 * The new numbers that put `moved`, in their order, before `rest[at]`. `rest` is the group without them, in the order of the screen.
 * Mostly only the moved ones change. Where their neighbours leave no room between them (equal, without number, or closer than a
 * number can tell), those after the place move on as far as needed.
 */
export function rank(moved: readonly Id[], rest: readonly Ranked[], at: number): Map<Id, number> {
  const changes = new Map<Id, number>();
  if (moved.length === 0) return changes;
  const before = lastKnown(rest, at);
  const after = rest[at]?.sort_order ?? null;
  if (before === null && at > 0) return renumber(moved, rest, at);
  if (after === null) {
    if (at < rest.length) return renumber(moved, rest, at);
    moved.forEach((id, index) => {
      changes.set(id, before === null ? (index + 1) * step : before + (index + 1) * step);
    });
    return changes;
  }
  const from = before ?? after - (moved.length + 1) * step;
  const gap = (after - from) / (moved.length + 1);
  const numbers = moved.map((_, index) => from + gap * (index + 1));
  if (!rises([from, ...numbers, after])) return push(moved, rest, at, from);
  moved.forEach((id, index) => {
    changes.set(id, numbers[index] ?? from);
  });
  return changes;
}

function lastKnown(rest: readonly Ranked[], at: number): number | null {
  return at > 0 ? (rest[at - 1]?.sort_order ?? null) : null;
}

function rises(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? number));
}

/** Puts the moved ones a step each after `from`, and what comes after them on, until one already stands far enough. */
function push(moved: readonly Id[], rest: readonly Ranked[], at: number, from: number): Map<Id, number> {
  const changes = new Map<Id, number>();
  let last = from;
  for (const id of moved) {
    last += step;
    changes.set(id, last);
  }
  for (const item of rest.slice(at)) {
    if (item.sort_order !== null && item.sort_order > last) break;
    last += step;
    changes.set(item.id, last);
  }
  return changes;
}

/** Gives the whole group numbers from the front; only for groups with items that never had one. */
function renumber(moved: readonly Id[], rest: readonly Ranked[], at: number): Map<Id, number> {
  const order = [...rest.slice(0, at).map(({ id }) => id), ...moved, ...rest.slice(at).map(({ id }) => id)];
  const old = new Map(rest.map(({ id, sort_order }) => [id, sort_order]));
  const changes = new Map<Id, number>();
  order.forEach((id, index) => {
    const number = (index + 1) * step;
    if (old.get(id) !== number) changes.set(id, number);
  });
  return changes;
}
