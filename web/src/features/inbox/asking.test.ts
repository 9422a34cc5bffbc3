import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Asking } from "./asking.ts";

let seen = true;
let chance = 0;
let asking: Asking;
let asked: number[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  seen = true;
  asked = [];
  chance = 0;
  asking = new Asking(
    () => seen,
    () => chance,
  );
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
    const found = asking.add(async () => asking.brisk());
    for (let tick = 0; tick < 600; tick++) {
      asking.news();
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.length).toBeLessThanOrEqual(6);
    for (const [index, at] of asked.entries())
      if (index > 0) expect(at - (asked[index - 1] ?? 0)).toBeGreaterThanOrEqual(2_000);
    found();
  });

  it("the more seldom the longer there is nothing new, until there is, or somebody is at it", async () => {
    const gaps = async (seconds: number) => {
      asked = [];
      for (let tick = 0; tick < seconds * 10; tick++) {
        asking.news();
        await vi.advanceTimersByTimeAsync(100);
      }
      return asked.slice(1).map((at, index) => Math.round((at - (asked[index] ?? 0)) / 1_000));
    };
    expect(await gaps(130)).toEqual([4, 8, 16, 30, 30, 30]);
    asked = [];
    asking.brisk();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(asked).toHaveLength(1);
    await gaps(60);
    asking.hold()();
    asked = [];
    await vi.advanceTimersByTimeAsync(2_500);
    expect(asked).toHaveLength(1);
    // What happens after a quiet time is asked for at once.
    await gaps(60);
    await vi.advanceTimersByTimeAsync(100_000);
    asked = [];
    asking.news();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(1);
  });

  it("not by all at the same instant", async () => {
    const asks = async (random: number) => {
      const times: number[] = [];
      const other = new Asking(
        () => true,
        () => random,
      );
      const began = Date.now();
      const end = other.add(async () => void times.push(Date.now() - began));
      other.news();
      await vi.advanceTimersByTimeAsync(60_000);
      end();
      return times;
    };
    expect(await asks(0)).toEqual([300, 8_300]);
    expect(await asks(0.5)).toEqual([650, 10_650]);
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
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
  });

  it("no more once nobody wants it", async () => {
    asking.news();
    stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toEqual([]);
  });
});
