import fc from "fast-check";
import * as v from "valibot";
import { expect, it } from "vitest";
import { groupable, orders } from "../properties/definitions.ts";
import { readSearch, usual, type ViewSettings, viewSearchSchema, writeSearch } from "./search.ts";

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
  })
  .map((made) => (made.group === null || made.sub === made.group ? { ...made, sub: null } : made));

it("reads the address it wrote", () => {
  fc.assert(
    fc.property(settings, fc.boolean(), (given, whole) => {
      const search = v.parse(viewSearchSchema, JSON.parse(JSON.stringify(writeSearch(given, whole))));
      expect(readSearch(search, usual)).toEqual(given);
    }),
  );
});

it("says the whole view to others, whatever they last looked at", () => {
  fc.assert(
    fc.property(settings, settings, (given, theirs) => {
      const read = readSearch(writeSearch(given, true), theirs);
      expect(read).toEqual(given);
    }),
  );
});

it("passes over what it does not know", () => {
  const search = v.parse(viewSearchSchema, { layout: "gantt", group: "moon", order: "-", f: 3 });
  expect(readSearch(search, usual)).toEqual(usual);
});
