import { afterEach, describe, expect, it } from "vitest";
import { at, fieldValue, momentLabel, parseMoment, snoozeTimes } from "./snooze.ts";

const before = process.env.TZ;
const zone = (name: string) => {
  process.env.TZ = name;
};
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

const offered = (now: string) =>
  Object.fromEntries(snoozeTimes(new Date(now)).map(({ id, till }) => [id, till.toISOString()]));

describe("what is offered", () => {
  it("are three hours from now, and mornings here", () => {
    zone("Europe/Berlin");
    // A Wednesday, 10:10 there.
    expect(offered("2026-06-10T08:10:00Z")).toEqual({
      later: "2026-06-10T11:30:00.000Z",
      tomorrow: "2026-06-11T07:00:00.000Z",
      week: "2026-06-15T07:00:00.000Z",
    });
  });

  it("goes by the day here, not by that of the server", () => {
    zone("America/Los_Angeles");
    // 20:00 on Tuesday there, and Wednesday in Greenwich.
    expect(offered("2026-06-10T03:00:00Z")).toEqual({
      tomorrow: "2026-06-10T16:00:00.000Z",
      week: "2026-06-15T16:00:00.000Z",
    });
    zone("Pacific/Auckland");
    // 8:00 on Thursday there.
    expect(offered("2026-06-10T20:00:00Z").tomorrow).toBe("2026-06-11T21:00:00.000Z");
  });

  it("is nine in the morning also after the clocks were changed", () => {
    zone("Europe/Berlin");
    // The Saturdays before summer time begins and ends.
    expect(offered("2026-03-28T12:00:00Z").tomorrow).toBe("2026-03-29T07:00:00.000Z");
    expect(offered("2026-10-24T12:00:00Z").tomorrow).toBe("2026-10-25T08:00:00.000Z");
    zone("America/New_York");
    expect(offered("2026-03-07T17:00:00Z").week).toBe("2026-03-09T13:00:00.000Z");
  });

  it("is not later today late in the evening, and the Monday after on a Monday", () => {
    zone("Europe/Berlin");
    expect(offered("2026-06-15T16:50:00Z")).toEqual({
      tomorrow: "2026-06-16T07:00:00.000Z",
      week: "2026-06-22T07:00:00.000Z",
    });
  });

  it("is always to come", () => {
    for (const name of ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"]) {
      zone(name);
      for (let hour = 0; hour < 24 * 14; hour++) {
        const now = new Date(Date.UTC(2026, 2, 22, hour, 7));
        for (const { till } of snoozeTimes(now)) expect(till.getTime()).toBeGreaterThan(now.getTime());
      }
    }
  });
});

describe("what is typed", () => {
  const now = "2026-06-10T08:10:00Z";
  it.each([
    ["tomorrow", "2026-06-11T07:00:00.000Z"],
    ["fri", "2026-06-12T07:00:00.000Z"],
    ["3d", "2026-06-13T07:00:00.000Z"],
    ["12 dec 15:30", "2026-12-12T14:30:00.000Z"],
    ["tomorrow 4pm", "2026-06-11T14:00:00.000Z"],
    ["tomorrow at 4:15 pm", "2026-06-11T14:15:00.000Z"],
    ["17:00", "2026-06-10T15:00:00.000Z"],
    // Past today: tomorrow's.
    ["8:00", "2026-06-11T06:00:00.000Z"],
    ["12am", "2026-06-10T22:00:00.000Z"],
    ["today", null],
    ["yesterday", null],
    ["2020-01-01", null],
    ["tomorrow 25:00", null],
    ["13pm", null],
    ["soon", null],
    ["", null],
  ])("%s", (text, instant) => {
    zone("Europe/Berlin");
    expect(parseMoment(text, new Date(now))?.toISOString() ?? null).toBe(instant);
  });
});

it("is said by the day and the time here", () => {
  zone("Europe/Berlin");
  const now = new Date("2026-06-10T08:10:00Z");
  expect(momentLabel(at("2026-06-11", 9), now)).toBe("Tomorrow, 09:00");
  expect(momentLabel(at("2026-06-10", 15, 30), now)).toBe("Today, 15:30");
  expect(fieldValue(at("2026-06-11", 9))).toBe("2026-06-11T09:00");
});
