/** What happens below items, and who looks at what. */

import type { Presence, Touch } from "./contract.ts";
import type { Id } from "./rows.ts";
import { Topics } from "./signals.ts";

export class Looking {
  private readonly touches = new Topics<Touch>();
  private readonly people = new Topics<readonly Presence[]>();
  topic: string | null = null;

  constructor(
    private readonly userId: Id,
    /** Tells the server, for the whole browser: it knows the topic that was said last. */
    private readonly say: (topic: string | null) => void,
  ) {}

  watch(item: Id, listener: (touch: Touch) => void): () => void {
    return this.touches.on(item, listener);
  }

  touched(touch: Touch): void {
    this.touches.tell(touch.about, touch);
  }

  look(topic: string | null): void {
    this.topic = topic;
    this.say(topic);
  }

  /** This tab is seen again, or nobody knows any more what it looks at. */
  again(): void {
    if (this.topic !== null && isSeen()) this.say(this.topic);
  }

  leave(): void {
    if (this.topic !== null) this.say(null);
  }

  present(topic: string, listener: (people: readonly Presence[]) => void): () => void {
    return this.people.on(topic, listener);
  }

  /** The user's own sessions are left out. */
  met(topic: string, users: readonly Presence[]): void {
    const others = users.filter((person) => person.user !== this.userId);
    this.people.tell(topic, others);
  }
}

export function isSeen(): boolean {
  return typeof document === "undefined" || document.visibilityState === "visible";
}
