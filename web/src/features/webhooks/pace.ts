/** When a log is looked at anew while something in it waits. */

import { useEffect } from "react";
import type { Delivery } from "./webhook.ts";

const SOONEST = 1_500;
const LATEST = 30_000;

/** How long until then, in milliseconds; null: nothing waits. `still`: how many looks in a row saw nothing new. */
export function pauseBefore(deliveries: readonly Delivery[], now: number, still: number): number | null {
  const waiting = deliveries.filter(({ status }) => status === "waiting");
  if (waiting.length === 0) return null;
  const next = Math.min(...waiting.map(({ next_attempt_at: at }) => (at ? Date.parse(at) - now : 0)));
  // What is due may be sent any moment, or has to wait for another one: then it is asked for less and less.
  const patience = SOONEST * 2 ** Math.min(still, 10);
  return Math.min(LATEST, Math.max(SOONEST, next, next > 0 ? 0 : patience));
}

/** Calls `look` after so long, and when somebody comes back to the tab; never while it is hidden. */
export function useLooks(pause: () => number | null, look: () => void, seen: unknown, failed: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each look says when the next one is
  useEffect(() => {
    const wait = pause();
    const isHidden = () => document.visibilityState === "hidden";
    const timer = wait === null ? undefined : setTimeout(() => !isHidden() && look(), wait);
    const onVisible = () => !isHidden() && look();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [seen, failed]);
}
