import { expect, it } from "vitest";
import { parseDay } from "./day.ts";

// A Monday.
const today = "2026-11-23";

it.each([
  ["today", "2026-11-23"],
  ["tom", "2026-11-24"],
  ["fri", "2026-11-27"],
  ["monday", "2026-11-30"],
  ["next wed", "2026-11-25"],
  ["3d", "2026-11-26"],
  ["in 2 weeks", "2026-12-07"],
  ["3m", "2027-02-23"],
  ["-1d", "2026-11-22"],
  ["12 dec", "2026-12-12"],
  ["Dec 12, 2027", "2027-12-12"],
  ["1 nov", "2027-11-01"],
  ["2026-12-01", "2026-12-01"],
])("reads %s", (typed, day) => {
  expect(parseDay(typed, today)).toBe(day);
});

it.each(["", "so", "31 feb", "2026-13-01", "banana", "12"])("does not read %s", (typed) => {
  expect(parseDay(typed, today)).toBeNull();
});

it("stays within a short month", () => {
  expect(parseDay("1m", "2027-01-31")).toBe("2027-02-28");
});
