import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, dayLabel, daysBetween, fromDay, isPast, relativeTime, toDay } from "./dates.ts";

const day = fc.date({ min: new Date(2000, 0, 1), max: new Date(2060, 0, 1), noInvalidDate: true }).map(toDay);

describe("civil dates", () => {
  it("survive being read and written", () => {
    fc.assert(
      fc.property(day, (given) => {
        expect(toDay(fromDay(given))).toBe(given);
      }),
    );
  });

  it("are as far apart as the days that were added, over changes of the clock too", () => {
    const count = fc.integer({ min: -800, max: 800 });
    fc.assert(
      fc.property(day, count, (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
      }),
    );
  });

  it("are said as people say them", () => {
    const now = "2026-11-23";
    const said = ["2026-11-23", "2026-11-24", "2026-11-22", "2026-11-27", "2026-11-30", "2026-12-24", "2027-01-02"];
    expect(said.map((given) => dayLabel(given, now))).toEqual([
      "Today",
      "Tomorrow",
      "Yesterday",
      "Friday",
      "30 Nov",
      "24 Dec",
      "2 Jan 2027",
    ]);
    expect(isPast("2026-11-22", now)).toBe(true);
    expect(isPast("2026-11-23", now)).toBe(false);
  });
});

describe("how long ago", () => {
  const now = new Date(2026, 10, 23, 12, 0, 0);
  const ago = (minutes: number) => relativeTime(new Date(now.getTime() - minutes * 60_000).toISOString(), now);

  it("is said coarser the longer ago it is", () => {
    expect([0, 0.5, 1, 59, 60, 11 * 60, 13 * 60, 3 * 1440, 8 * 1440].map(ago)).toEqual([
      "just now",
      "just now",
      "1 min ago",
      "59 min ago",
      "1 h ago",
      "11 h ago",
      "yesterday",
      "3 days ago",
      "15 Nov",
    ]);
  });

  it("does not speak of the future because a clock is a little ahead", () => {
    expect(ago(-2)).toBe("just now");
  });
});
