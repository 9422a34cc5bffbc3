import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  everything,
  type Filter,
  fitsFilter,
  inboxSearchSchema,
  isNarrowed,
  isWaiting,
  queryOf,
  readFilter,
  writeFilter,
} from "./filter.ts";
import { moment, notification } from "./testing.ts";

const PROJECT = "01a22c20-9ce8-758b-81e1-e07cf313a4e8";
const read = (search: Record<string, unknown>) => readFilter(v.parse(inboxSearchSchema, search));

describe("the filter in the address", () => {
  it.each<Filter>([
    everything,
    { ...everything, mentions: true, unread: true },
    { mentions: false, reasons: ["assigned", "subscribed"], unread: true, project: PROJECT, place: "snoozed" },
    { ...everything, place: "archived" },
  ])("is read as it was written: %j", (filter) => {
    expect(read(writeFilter(filter))).toEqual(filter);
  });

  it("says nothing that is as usual, and passes over what it does not know", () => {
    expect(Object.values(writeFilter(everything)).every((value) => value === undefined)).toBe(true);
    expect(read({ tab: "x", reason: "boss,created", unread: "maybe", project: "x", show: "all" })).toEqual({
      ...everything,
      reasons: ["created"],
    });
  });

  it("is narrowed by all but the tab", () => {
    expect(isNarrowed({ ...everything, mentions: true })).toBe(false);
    expect(isNarrowed({ ...everything, place: "archived" })).toBe(true);
  });
});

it("is asked of the server in its words", () => {
  expect(queryOf(everything)).toEqual({});
  expect(queryOf({ ...everything, mentions: true, unread: true })).toEqual({ type: "mentioned", read: false });
  expect(queryOf({ ...everything, reasons: ["assigned", "created"], project: PROJECT, place: "archived" })).toEqual({
    type: "assigned,created",
    project: PROJECT,
    archived: true,
  });
});

describe("a row", () => {
  const now = Date.parse(moment(100));
  const put = { archived_at: moment(50) };
  const off = { snoozed_till: moment(101) };
  const back = { snoozed_till: moment(99) };

  it.each([
    ["inbox", {}, true],
    ["inbox", put, false],
    ["inbox", off, false],
    ["inbox", back, true],
    ["snoozed", off, true],
    ["snoozed", back, false],
    ["snoozed", { ...off, ...put }, false],
    ["archived", put, true],
    ["archived", { ...off, ...put }, true],
    ["archived", {}, false],
  ] as const)("stands in %s with %j: %s", (place, part, fits) => {
    expect(fitsFilter({ ...everything, place }, notification("a", 1, part), now)).toBe(fits);
  });

  it("fits by reason, project and whether it was read", () => {
    const row = notification("a", 1, { reasons: ["mentioned", "created"], read_at: moment(2) });
    expect(fitsFilter({ ...everything, mentions: true }, row, now)).toBe(true);
    expect(fitsFilter({ ...everything, reasons: ["assigned"] }, row, now)).toBe(false);
    expect(fitsFilter({ ...everything, reasons: ["assigned", "created"] }, row, now)).toBe(true);
    expect(fitsFilter({ ...everything, project: "p2" }, row, now)).toBe(false);
    expect(fitsFilter({ ...everything, unread: true }, row, now)).toBe(false);
  });

  it("is counted while it waits to be read", () => {
    const counted = (part: object) => isWaiting(notification("a", 1, part), now);
    expect([{}, { read_at: moment(2) }, put, off, back].map(counted)).toEqual([true, false, false, false, true]);
  });
});
