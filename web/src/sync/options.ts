/** What an engine is made of: the real parts, unless a test brings its own. */

import { today } from "../lib/dates.ts";
import { newId, timeOf } from "../lib/ids.ts";
import type { Disk } from "./disk.ts";
import { httpTransport } from "./http.ts";
import { IdbDisk } from "./idb-disk.ts";
import type { Id } from "./rows.ts";
import { soon } from "./soon.ts";
import { type Tabs, webTabs } from "./tabs.ts";
import type { Transport } from "./transport.ts";
import { databaseName } from "./user-data.ts";

export interface EngineOptions {
  readonly slug: string;
  readonly userId: Id;
  readonly transport?: Transport;
  readonly disk?: Disk;
  readonly tabs?: Tabs;
  /** The civil date here and now. */
  readonly today?: () => string;
  /** From 0 to 1: how long to wait before trying again. */
  readonly random?: () => number;
  /** Runs work in the next macrotask. */
  readonly soon?: (work: () => void) => void;
}

export function parts({
  slug,
  userId,
  transport,
  disk,
  tabs,
  today: day,
  random,
  soon: later,
}: EngineOptions): Required<EngineOptions> {
  const name = databaseName(userId, slug);
  return {
    slug,
    userId,
    transport: transport ?? httpTransport(slug, userId),
    disk: disk ?? new IdbDisk(name),
    tabs: tabs ?? webTabs(name),
    today: day ?? today,
    random: random ?? Math.random,
    soon: later ?? soon,
  };
}

/** Makes ids of version 7 that grow strictly, so that their order is that of the changes, whatever the clock does. */
export class Orders {
  private last = 0;

  readonly next = (): Id => {
    this.last = Math.max(Date.now(), this.last + 1);
    return newId(this.last);
  };

  /** What comes next comes after this one. */
  follow(id: Id): void {
    const time = timeOf(id);
    if (time > this.last) this.last = time;
  }
}
