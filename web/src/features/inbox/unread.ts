/** How many notifications wait to be read: one number, wherever it is shown. */

import { useEffect } from "react";
import type { Engine } from "../../sync/contract.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Resource, useResource } from "../detail/resource.ts";
import { Asking } from "./asking.ts";
import { readUnread, type Unread } from "./remote.ts";

export class Counts {
  readonly unread: Resource<Unread>;
  readonly asking = new Asking(() => document.visibilityState === "visible");
  private followers = 0;
  private rest: () => void = () => undefined;

  constructor(private readonly engine: Engine) {
    const { slug, userId } = engine;
    this.unread = new Resource(`${userId}/${slug}/unread`, () => this.read());
  }

  private async read(): Promise<Unread> {
    const { changes } = this.asking;
    const counted = await readUnread(this.engine.slug);
    const known = this.unread.get().value;
    if (changes !== this.asking.changes) return known ?? counted;
    if (counted.total !== known?.total || counted.mentions !== known.mentions) this.asking.brisk();
    return counted;
  }

  /** What the user does shows before the server has counted. */
  add(total: number, mentions: number): void {
    const more = (count: number, by: number) => Math.max(0, count + by);
    this.unread.set((now) => now && { total: more(now.total, total), mentions: more(now.mentions, mentions) });
  }

  /** Counts again whenever there may be news, until the returned function is called. */
  follow(): () => void {
    if (this.followers++ === 0) this.start();
    return () => {
      if (--this.followers === 0) this.rest();
    };
  }

  private start(): void {
    const { engine, asking } = this;
    let wasOnline = engine.status().online;
    const stops = [
      asking.add(() => this.unread.load()),
      engine.onNews(() => asking.news()),
      engine.onStatus(() => {
        const { online } = engine.status();
        if (online && !wasOnline) asking.soon();
        wasOnline = online;
      }),
    ];
    const seen = new AbortController();
    const look = () => {
      if (document.visibilityState === "visible") asking.brisk();
      asking.soon();
    };
    document.addEventListener("visibilitychange", look, { signal: seen.signal });
    this.rest = () => {
      seen.abort();
      for (const stop of stops) stop();
    };
  }
}

const known = new WeakMap<Engine, Counts>();

export function countsOf(engine: Engine): Counts {
  const there = known.get(engine);
  if (there) return there;
  const made = new Counts(engine);
  known.set(engine, made);
  return made;
}

/** undefined: not known yet. */
export function useUnread(): Unread | undefined {
  const counts = countsOf(useEngine());
  useEffect(() => counts.follow(), [counts]);
  return useResource(counts.unread).value;
}
