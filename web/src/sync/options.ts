/** What an engine is made of: the real parts, unless a test brings its own. */

import { today } from "../lib/dates.ts";
import { newId } from "../lib/ids.ts";
import type { Disk } from "./disk.ts";
import { httpTransport } from "./http.ts";
import { IdbDisk } from "./idb-disk.ts";
import type { Id } from "./rows.ts";
import { type Tabs, webTabs } from "./tabs.ts";
import type { Transport } from "./transport.ts";

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
}

export function parts({
  slug,
  userId,
  transport,
  disk,
  tabs,
  today: day,
  random,
}: EngineOptions): Required<EngineOptions> {
  const name = `aileron:${userId}:${slug}`;
  return {
    slug,
    userId,
    transport: transport ?? httpTransport(slug),
    disk: disk ?? new IdbDisk(name),
    tabs: tabs ?? webTabs(name),
    today: day ?? today,
    random: random ?? Math.random,
  };
}

/** Makes ids of version 7 that grow strictly, so that their order is that of the changes. */
export function orders(): () => Id {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return newId(last);
  };
}
