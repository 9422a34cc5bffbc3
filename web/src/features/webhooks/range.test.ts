import { describe, expect, it, vi } from "vitest";
import { countRange, instantOf, isSendable, localInput, rangeWords } from "./range.ts";
import type { Page } from "./remote.ts";
import type { Delivery } from "./webhook.ts";

const made = (hour: number, status = "failed", redelivery_of: string | null = null) =>
  ({ created_at: new Date(Date.UTC(2026, 10, 30, hour)).toISOString(), status, redelivery_of }) as Delivery;
const range = { after: "2026-11-30T08:00:00Z", before: "2026-11-30T12:00:00Z", isAll: false };
const page = (deliveries: readonly Delivery[], isLast = true): Page => ({ deliveries, total: 0, isLast });

describe("what a range would send", () => {
  it("is counted from its beginning on and without its end, repeats and what waits left out", async () => {
    const all = [
      made(12),
      made(11, "waiting"),
      made(10),
      made(9, "failed", "x"),
      made(9, "delivered"),
      made(8),
      made(7),
    ];
    const read = async () => page(all);
    expect(await countRange(range, read)).toEqual({ count: 2, isMore: false });
    expect(await countRange({ ...range, isAll: true }, read)).toEqual({ count: 3, isMore: false });
    expect(await countRange({ ...range, before: null }, read)).toEqual({ count: 3, isMore: false });
  });

  it("is read page by page until the range is passed", async () => {
    const read = vi.fn(async (number: number) =>
      page([[made(13)], [made(10)], [made(7)]][number - 1] ?? [], number === 9),
    );
    expect(await countRange(range, read)).toEqual({ count: 1, isMore: false });
    expect(read).toHaveBeenCalledTimes(3);
  });

  it("is not counted to its end where that is far away, or is too much anyway", async () => {
    const read = vi.fn(async () => page([made(13)], false));
    expect(await countRange(range, read)).toEqual({ count: 0, isMore: true });
    expect(read).toHaveBeenCalledTimes(5);
    const many = vi.fn(async () => page(Array(201).fill(made(10)), false));
    expect(await countRange(range, many)).toEqual({ count: 201, isMore: true });
    expect(many).toHaveBeenCalledTimes(1);
  });

  it("can be sent unless it is nothing or too much", () => {
    const sendable = (count: number, isMore: boolean) => isSendable({ count, isMore });
    expect([sendable(0, false), sendable(1, false), sendable(200, false)]).toEqual([false, true, true]);
    // What is far back in a long log may be there all the same.
    expect([sendable(0, true), sendable(3, true), sendable(201, true)]).toEqual([true, true, false]);
  });

  it("is said before it is done", () => {
    const words = (count: number, isMore = false) => rangeWords({ count, isMore }, false);
    expect(words(0)).toBe("There are no failed deliveries in this range.");
    expect(words(1)).toMatch(/^1 failed delivery is sent once more, with/);
    expect(words(12)).toMatch(/^12 failed deliveries are sent once more, each/);
    expect(words(12, true)).toMatch(/^Up to 200 failed deliveries.* 12 at least/);
    expect(words(0, true)).toMatch(/^Up to 200 failed deliveries/);
    expect(words(0, true)).not.toMatch(/\b0\b/);
    expect(words(201, true)).toMatch(/^There are more than 200 failed deliveries in this range/);
    expect(rangeWords({ count: 3, isMore: false }, true)).toMatch(/^3 deliveries are/);
  });
});

it("an instant is typed in this browser's zone", () => {
  const at = new Date(2026, 10, 3, 7, 5);
  expect(localInput(at)).toBe("2026-11-03T07:05");
  expect(instantOf("2026-11-03T07:05")).toBe(at.toISOString());
  expect(instantOf("")).toBeNull();
});
