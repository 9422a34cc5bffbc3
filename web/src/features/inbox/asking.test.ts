import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Asking } from "./asking.ts";

let seen = true;
let asking: Asking;
let asked: number[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  seen = true;
  asked = [];
  asking = new Asking(() => seen);
  stop = asking.add(async () => void asked.push(Date.now()));
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("the server is asked", () => {
  it("once for a burst, and once more for what is made late", async () => {
    for (let count = 0; count < 50; count++) asking.news();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
  });

  it("at most once each two seconds, however much happens", async () => {
    for (let tick = 0; tick < 600; tick++) {
      asking.news();
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.length).toBeLessThanOrEqual(6);
    for (const [index, at] of asked.entries())
      if (index > 0) expect(at - (asked[index - 1] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it("one thing at a time, and for what came meanwhile afterwards", async () => {
    let open = 0;
    let most = 0;
    let ended = 0;
    const slow = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      open--;
      ended++;
    };
    const stops = [asking.add(() => slow()), asking.add(() => slow())];
    asking.soon();
    await vi.advanceTimersByTimeAsync(3_000);
    for (let count = 0; count < 10; count++) asking.soon();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(most).toBe(1);
    expect(ended).toBe(4);
    for (const each of stops) each();
  });

  it("not while nobody looks, but then", async () => {
    seen = false;
    asking.news();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    seen = true;
    asking.soon();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(1);
  });

  it("not while something is being changed, but right after", async () => {
    const release = asking.hold();
    asking.news();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    release();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(1);
  });

  it("no further in a round when something begins to be changed", async () => {
    let release = () => {};
    const first = asking.add(async () => {
      release = asking.hold();
    });
    const late: number[] = [];
    const second = asking.add(async () => void late.push(Date.now()));
    asking.soon();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(late).toEqual([]);
    first();
    release();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(late).toHaveLength(1);
    second();
  });

  it("when something that was put off is back", async () => {
    asking.at(Date.now() + 60_000);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toHaveLength(1);
  });

  it("again after it failed", async () => {
    const failing = asking.add(() => Promise.reject(new Error("no")));
    asking.soon();
    await vi.advanceTimersByTimeAsync(1_000);
    failing();
    asking.soon();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toHaveLength(2);
  });

  it("no more once nobody wants it", async () => {
    asking.news();
    stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toEqual([]);
  });
});
