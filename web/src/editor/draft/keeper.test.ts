import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Keeper } from "./keeper.ts";

let kept: string[];
const write = (text: string) => () => void kept.push(text);

beforeEach(() => {
  vi.useFakeTimers();
  kept = [];
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("who types without a pause has nearly all of it kept", () => {
  const keeper = new Keeper();
  for (let key = 1; key <= 10; key++) {
    keeper.edited(write(`${key}`));
    vi.advanceTimersByTime(100);
  }
  expect(kept.length).toBeGreaterThan(3);
  expect(Number(kept.at(-1))).toBeGreaterThan(7);
});

test("what is not kept yet is kept when the page is hidden, and at the end", () => {
  const keeper = new Keeper();
  const end = keeper.watch();
  keeper.edited(write("hidden"));
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(kept).toEqual(["hidden"]);
  keeper.edited(write("end"));
  end();
  expect(kept).toEqual(["hidden", "end"]);
});

test("what was sent or taken back is not kept", () => {
  const keeper = new Keeper();
  const end = keeper.watch();
  keeper.edited(write("sent"));
  keeper.drop();
  end();
  vi.advanceTimersByTime(1000);
  expect(kept).toEqual([]);
});
