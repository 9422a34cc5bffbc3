import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Ranked, rank, step } from "./rank.ts";

const number = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
);

/** A group as the view shows it: by number, those without at the end, equal ones by id. */
const group = fc
  .array(number, { maxLength: 8 })
  .map((numbers) => numbers.map((sort_order, index): Ranked => ({ id: `r${index}`, sort_order })).sort(compare));

function compare(a: Ranked, b: Ranked): number {
  const by = (a.sort_order ?? Number.POSITIVE_INFINITY) - (b.sort_order ?? Number.POSITIVE_INFINITY);
  return by || a.id.localeCompare(b.id);
}

describe("rank", () => {
  it("puts the moved where they were dropped, whatever the neighbours are", () => {
    fc.assert(
      fc.property(group, fc.nat(8), fc.integer({ min: 1, max: 3 }), (rest, place, count) => {
        const at = Math.min(place, rest.length);
        const moved = Array.from({ length: count }, (_, index) => `m${index}`);
        const changes = rank(moved, rest, at);
        const all: Ranked[] = [...rest, ...moved.map((id) => ({ id, sort_order: null }))].map(({ id, sort_order }) => ({
          id,
          sort_order: changes.get(id) ?? sort_order,
        }));
        const wanted = [...rest.slice(0, at).map(({ id }) => id), ...moved, ...rest.slice(at).map(({ id }) => id)];
        expect(all.sort(compare).map(({ id }) => id)).toEqual(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  it("changes only the moved one where there is room", () => {
    const rest = [
      { id: "a", sort_order: 1 },
      { id: "b", sort_order: 2 },
    ];
    expect(rank(["x"], rest, 1)).toEqual(new Map([["x", 1.5]]));
    expect(rank(["x"], rest, 0)).toEqual(new Map([["x", 2 - 1 - step]]));
    expect(rank(["x"], rest, 2)).toEqual(new Map([["x", 2 + step]]));
  });

  it("still finds room after a thousand drops at the same place", () => {
    const rest: Ranked[] = [
      { id: "a", sort_order: 0 },
      { id: "z", sort_order: 1 },
    ];
    for (let index = 0; index < 1000; index++) {
      const changes = rank([`x${index}`], rest, 1);
      for (const [at, item] of rest.entries())
        rest[at] = { ...item, sort_order: changes.get(item.id) ?? item.sort_order };
      rest.splice(1, 0, { id: `x${index}`, sort_order: changes.get(`x${index}`) ?? null });
    }
    expect(rest.every((item, at) => at === 0 || (item.sort_order ?? 0) > (rest[at - 1]?.sort_order ?? 0))).toBe(true);
  });
});
