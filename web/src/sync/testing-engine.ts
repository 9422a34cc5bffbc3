/** Engines on a model of the server, with a clock that tests move: what the tests of the engine begin with. */

import { afterEach, beforeEach, vi } from "vitest";
import type { Engine } from "./contract.ts";
import { createEngine } from "./engine.ts";
import type { Id } from "./rows.ts";
import { Alone } from "./tabs.ts";
import { calm, fill, ModelServer, type Weather } from "./testing.ts";
import { type Browser, type FakeTabs, MemoryDisk, Platter } from "./testing-tabs.ts";

/** Closed after each test. */
export const engines: Engine[] = [];
export let server: ModelServer;
export let weather: Weather;

/** Puts a new server with so many items in the place of the one that there is. */
export function replaceServer(items: number): void {
  server = new ModelServer();
  fill(server, { items });
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 15) });
  weather = calm();
  replaceServer(20);
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  vi.useRealTimers();
});

export interface Parts {
  platter?: Platter;
  disk?: MemoryDisk;
  browser?: Browser;
  tabs?: FakeTabs;
  user?: Id;
  on?: Weather;
}

export function tab({
  platter = new Platter(),
  disk = new MemoryDisk(platter),
  tabs: own,
  browser,
  user = "u1",
  on = weather,
}: Parts = {}): Engine & { die(): Promise<void> } {
  const tabs = own ?? browser?.tab() ?? new Alone();
  const engine = createEngine({ slug: "acme", userId: user, transport: server.transport(user, on), disk, tabs, soon });
  engines.push(engine);
  return Object.assign(engine, { die: () => engine.close() });
}

export async function started(parts: Parts = {}): Promise<Engine> {
  const engine = tab(parts);
  const loading = engine.load("p1");
  await settle();
  await loading;
  return engine;
}

export const soon = (work: () => void) => void setTimeout(work);
export const settle = (time = 50) => vi.advanceTimersByTimeAsync(time);
export const nameOf = (engine: Engine, id: Id) => engine.table("work_item").get(id)?.name;
export const rename = (engine: Engine, id: Id, name: string) =>
  engine.mutate({ kind: "update", entity: "work_item", id, patch: { name } }, { label: `Renamed to ${name}` });

export const remove = (engine: Engine, ...ids: readonly Id[]) =>
  engine.mutate(
    ids.map((id) => ({ kind: "delete", entity: "work_item", id }) as const),
    { label: "Deleted" },
  );
export const acts = () =>
  server.acted.map(({ method, path }) => `${method} ${path.replace("projects/p1/work-items/", "")}`);
