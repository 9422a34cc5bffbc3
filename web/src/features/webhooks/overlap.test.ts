import { expect, it } from "vitest";
import { byField } from "../../app/error.ts";
import { hoursOf } from "./overlap.ts";

it("hours are typed, and none are refused at their field rather than taken for 0", () => {
  expect([hoursOf("0"), hoursOf(" 24 ")]).toEqual([0, 24]);
  for (const typed of ["", " ", "1.5", "x"]) {
    let refused: unknown;
    try {
      hoursOf(typed);
    } catch (error) {
      refused = error;
    }
    expect(byField(refused, ["overlap_hours"]).overlap_hours).toMatch(/^Type how many hours/);
  }
});
