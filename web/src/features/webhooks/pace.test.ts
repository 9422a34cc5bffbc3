import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pauseBefore, useLooks } from "./pace.ts";
import type { Delivery } from "./webhook.ts";

const now = Date.parse("2026-11-30T10:00:00Z");
const waiting = (seconds: number | null) =>
  ({
    status: "waiting",
    next_attempt_at: seconds === null ? null : new Date(now + seconds * 1000).toISOString(),
  }) as Delivery;
const done = { status: "delivered", next_attempt_at: null } as Delivery;

describe("the pause before the next look", () => {
  it("is none where nothing waits", () => {
    expect(pauseBefore([], now, 0)).toBeNull();
    expect(pauseBefore([done], now, 0)).toBeNull();
  });

  it("ends when something is due, soon at the earliest and half a minute later at the latest", () => {
    expect(pauseBefore([done, waiting(10)], now, 0)).toBe(10_000);
    expect(pauseBefore([waiting(1800), waiting(7)], now, 0)).toBe(7_000);
    expect(pauseBefore([waiting(1800)], now, 0)).toBe(30_000);
    expect(pauseBefore([waiting(0.1)], now, 0)).toBe(1_500);
  });

  it("grows while what is due does not move", () => {
    const pauses = [0, 1, 2, 3, 4, 5, 500].map((still) => pauseBefore([waiting(null), waiting(-90)], now, still));
    expect(pauses).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
  });
});

describe("looks", () => {
  let visibility: DocumentVisibilityState;
  beforeEach(() => {
    vi.useFakeTimers();
    visibility = "visible";
    vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const turn = (to: DocumentVisibilityState) => {
    visibility = to;
    document.dispatchEvent(new Event("visibilitychange"));
  };

  it("are made after the pause, one after each answer", () => {
    const look = vi.fn();
    const { rerender } = renderHook(({ seen }) => useLooks(() => 2_000, look, seen, null), {
      initialProps: { seen: {} },
    });
    vi.advanceTimersByTime(1_999);
    expect(look).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(1);
    rerender({ seen: {} });
    vi.advanceTimersByTime(2_000);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it("are not made while the tab is hidden, and once when it is seen again", () => {
    const look = vi.fn();
    renderHook(() => useLooks(() => 2_000, look, null, null));
    turn("hidden");
    vi.advanceTimersByTime(60_000);
    expect(look).not.toHaveBeenCalled();
    turn("visible");
    expect(look).toHaveBeenCalledTimes(1);
  });

  it("end with the screen, and are not made where nothing waits", () => {
    const look = vi.fn();
    const { unmount } = renderHook(() => useLooks(() => 2_000, look, null, null));
    renderHook(() => useLooks(() => null, look, null, null)).unmount();
    unmount();
    vi.advanceTimersByTime(60_000);
    turn("visible");
    expect(look).not.toHaveBeenCalled();
  });
});
