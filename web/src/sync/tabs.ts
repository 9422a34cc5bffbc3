/** Tabs of one user and workspace: one leads, all hear one another. */

import type { Ending, Presence } from "./contract.ts";
import type { Change } from "./pending.ts";
import type { Frame } from "./protocol.ts";

export type Message =
  /** A new leader; who follows says again what it wants. */
  | { readonly kind: "leader" }
  /** A tab that follows has come. */
  | { readonly kind: "hello" }
  | { readonly kind: "frames"; readonly frames: readonly Frame[] }
  /** Rows were taken anew; who follows does so too. */
  | { readonly kind: "restart" }
  /** `fresh`: just made, so that nobody can have sent them. */
  | { readonly kind: "added"; readonly changes: readonly Change[]; readonly fresh: boolean }
  | { readonly kind: "merged"; readonly change: Change; readonly instead: readonly string[] }
  | { readonly kind: "done"; readonly order: string }
  | { readonly kind: "dropped"; readonly orders: readonly string[] }
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly kind: "online"; readonly online: boolean }
  /** To a tab that came: what is not confirmed. What else it found on disk has been confirmed since. */
  | { readonly kind: "open"; readonly orders: readonly string[] }
  | { readonly kind: "ended"; readonly phase: Ending; readonly error: string | null }
  | { readonly kind: "look"; readonly topic: string | null }
  | { readonly kind: "presence"; readonly topic: string; readonly users: readonly Presence[] };

export interface Refusal {
  readonly change: Change;
  readonly status: number;
  readonly reason: string;
  readonly requestId: string | null;
}

export interface Tabs {
  /** Says at once whether this tab leads, and again when it comes to lead later. */
  join(lead: (leads: boolean) => void, hear: (message: Message) => void): void;
  post(message: Message): void;
  /** Leads in the place of a tab that does not answer. */
  steal(): void;
  close(): void;
}

/** For a browser without locks, and for tests: each tab for itself. */
export class Alone implements Tabs {
  join(lead: (leads: boolean) => void): void {
    lead(true);
  }
  post(): void {}
  steal(): void {}
  close(): void {}
}

/** One tab holds a lock and leads; the lock goes on to the next when it closes or dies. */
export class WebTabs implements Tabs {
  private readonly channel: BroadcastChannel;
  private readonly abort = new AbortController();
  private release: () => void = () => {};
  private lead: (leads: boolean) => void = () => {};

  constructor(private readonly name: string) {
    this.channel = new BroadcastChannel(name);
  }

  join(lead: (leads: boolean) => void, hear: (message: Message) => void): void {
    this.lead = lead;
    this.channel.onmessage = ({ data }) => hear(data as Message);
    let free = true;
    const first = navigator.locks.request(this.name, { ifAvailable: true }, (lock) => {
      free = lock !== null;
      return lock ? this.hold() : undefined;
    });
    // The request ends at once when somebody else leads, and otherwise when this tab stops leading.
    first.then(() => free || this.wait()).catch(() => this.wait());
  }

  /** Leads until the tab closes or the lock is stolen. */
  private hold(): Promise<void> {
    this.lead(true);
    return new Promise((resolve) => {
      this.release = resolve;
      if (this.abort.signal.aborted) resolve();
    });
  }

  private wait(): void {
    if (this.abort.signal.aborted) return;
    this.lead(false);
    const { signal } = this.abort;
    // A lock that was stolen is waited for again; at the end of the tab nothing is.
    navigator.locks.request(this.name, { signal }, () => this.hold()).catch(() => this.wait());
  }

  steal(): void {
    navigator.locks.request(this.name, { steal: true }, () => this.hold()).catch(() => this.wait());
  }

  post(message: Message): void {
    this.channel.postMessage(message);
  }

  close(): void {
    this.abort.abort();
    this.release();
    this.channel.close();
  }
}

export function webTabs(name: string): Tabs {
  return "locks" in navigator && typeof BroadcastChannel === "function" ? new WebTabs(name) : new Alone();
}
