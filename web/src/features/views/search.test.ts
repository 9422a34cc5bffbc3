import fc from "fast-check";
import * as v from "valibot";
import { expect, it } from "vitest";
import { displayable, groupable, orders } from "../properties/definitions.ts";
import { readSearch, usual, usualAcross, type ViewSettings, viewSearchSchema, writeSearch } from "./search.ts";

const group = fc.constantFrom(null, ...groupable.flatMap(({ group }) => (group ? [group] : [])));
const settings: fc.Arbitrary<ViewSettings> = fc
  .record({
    layout: fc.constantFrom("list" as const, "board" as const),
    group,
    sub: group,
    order: fc.record({ key: fc.constantFrom(...orders.map(({ key }) => key)), desc: fc.boolean() }),
    query: fc.string(),
    subItems: fc.boolean(),
    emptyGroups: fc.boolean(),
    shown: fc.subarray(displayable.map(({ id }) => id)),
  })
  .map((made) => (made.group === null || made.sub === made.group ? { ...made, sub: null } : made));

it.each([
  ["a project", usual],
  ["all projects", usualAcross],
])("reads the address it wrote for %s", (_, normal) => {
  fc.assert(
    fc.property(settings, (given) => {
      const search = v.parse(viewSearchSchema, JSON.parse(JSON.stringify(writeSearch(given, normal))));
      expect(readSearch(search, normal)).toEqual(given);
      expect(search.layout).toBe(given.layout);
    }),
  );
});

it("passes over what it does not know", () => {
  const search = v.parse(viewSearchSchema, { layout: "gantt", group: "moon", order: "-", f: 3 });
  expect(readSearch(search, usual)).toEqual(usual);
});
