/** Where something goes among others that are ordered by a number. */

export interface Ordered {
  readonly id: string;
  readonly order: number;
}

const STEP = 15_000;

/** The number that puts it at `index` among the others, which are in order and without it. */
export function orderAt(others: readonly Ordered[], index: number): number {
  const before = others[index - 1];
  const after = others[index];
  if (before && after) return (before.order + after.order) / 2;
  if (before) return before.order + STEP;
  return after ? after.order - STEP : STEP;
}
