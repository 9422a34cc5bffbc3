/** What became of the changes that this tab made, for who waits for it, and refusals gathered by what the user did. */

import type { Refused } from "./contract.ts";
import type { Refusal } from "./tabs.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (refused: Refused) => void;
}

export class Steps {
  private readonly waiting = new Map<string, Waiting>();
  private readonly instead = new Map<string, string>();

  /** Resolves when the server has the change. */
  wait(order: string): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => this.waiting.set(order, { resolve, reject }));
    // Who does not wait is told by `onRefused`.
    promise.catch(() => {});
    return promise;
  }

  /** `orders` became part of another change, whose fate they share. */
  joined(order: string, orders: readonly string[]): void {
    for (const other of orders) this.instead.set(other, order);
  }

  done(order: string): void {
    this.end(order, (waiting) => waiting.resolve());
  }

  refused(order: string, refused: Refused): void {
    this.end(order, (waiting) => waiting.reject(refused));
  }

  private end(order: string, how: (waiting: Waiting) => void): void {
    for (const [other, first] of this.instead) {
      if (first !== order) continue;
      this.instead.delete(other);
      this.end(other, how);
    }
    const waiting = this.waiting.get(order);
    this.waiting.delete(order);
    if (waiting) how(waiting);
  }
}

/** One message for all changes of a step that were refused for the same reason. */
export function gather(refusals: readonly Refusal[]): { refused: Refused; orders: readonly string[] }[] {
  const reasons = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    const name = `${refusal.change.label} ${refusal.reason}`;
    reasons.set(name, [...(reasons.get(name) ?? []), refusal]);
  }
  return [...reasons.values()].map((alike) => ({
    refused: {
      label: alike[0]?.change.label ?? "",
      reason: alike[0]?.reason ?? "",
      status: alike[0]?.status ?? 0,
      requestId: alike[0]?.requestId ?? null,
      mutations: alike.map(({ change }) => change.mutation),
    },
    orders: alike.map(({ change }) => change.order),
  }));
}
