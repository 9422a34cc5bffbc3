import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "./ids.ts";

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

it("makes UUIDs of version 7 that hold their time and sort by it", () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      const id = newId(a);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(a);
      if (a < b) expect(id < newId(b)).toBe(true);
    }),
  );
});

it("never makes the same twice", () => {
  expect(new Set(Array.from({ length: 2000 }, () => newId(0))).size).toBe(2000);
});
