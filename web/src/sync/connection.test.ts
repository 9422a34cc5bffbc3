/** A network that is not what it seems, and a server that is newer than the app. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine } from "./contract.ts";
import { createEngine } from "./engine.ts";
import { SCHEMA } from "./protocol.ts";
import { Alone } from "./tabs.ts";
import { calm, fill, ModelServer } from "./testing.ts";
import { MemoryDisk, Platter } from "./testing-tabs.ts";

let server: ModelServer;
let engines: Engine[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 15) });
  server = new ModelServer();
  fill(server, { items: 5 });
});

afterEach(async () => {
  for (const engine of engines) await engine.close();
  engines = [];
  vi.useRealTimers();
});

const settle = (time = 50) => vi.advanceTimersByTimeAsync(time);
const nameOf = (engine: Engine, id: string) => engine.table("work_item").get(id)?.name;

async function started(platter = new Platter(), weather = calm()): Promise<Engine> {
  const disk = new MemoryDisk(platter);
  const engine = createEngine({
    slug: "acme",
    userId: "u1",
    transport: server.transport("u1", weather),
    disk,
    tabs: new Alone(),
    soon: (work) => void setTimeout(work),
  });
  engines.push(engine);
  void engine.load("p1");
  await settle();
  return engine;
}

/** Somebody comes back to the tab. */
function look(): void {
  document.dispatchEvent(new Event("visibilitychange"));
}

test("a socket that nothing comes from is given up after a minute, though nobody says that it is dead", async () => {
  const engine = await started();
  server.mute();
  server.update("work_item", "p1-i1", { name: "In the tunnel" });
  await settle(50_000);
  expect(nameOf(engine, "p1-i1")).not.toBe("In the tunnel");
  await settle(20_000);
  expect(nameOf(engine, "p1-i1")).toBe("In the tunnel");
  // The new socket is one.
  server.update("work_item", "p1-i2", { name: "Behind it" });
  await settle();
  expect(nameOf(engine, "p1-i2")).toBe("Behind it");
});

test("while the server says that it is there, nothing is opened anew", async () => {
  await started();
  const asked = vi.spyOn(server, "delta");
  for (let minute = 0; minute < 10; minute++) {
    server.beat();
    await settle(25_000);
  }
  expect(asked).not.toHaveBeenCalled();
});

test("who comes back to the tab sees at once what a dead socket kept from him", async () => {
  const engine = await started();
  await settle(15_000);
  server.mute();
  server.update("work_item", "p1-i1", { name: "While asleep" });
  await settle(5_000);
  look();
  await settle(20);
  expect(nameOf(engine, "p1-i1")).toBe("While asleep");
});

test("the server's word that it is there is nothing to keep", async () => {
  const platter = new Platter();
  await started(platter);
  const before = JSON.stringify(platter.journal);
  for (let beats = 0; beats < 5; beats++) {
    server.beat();
    await settle(1_000);
  }
  expect(JSON.stringify(platter.journal)).toBe(before);
});

test.each(["socket", "delta", "start"])(
  "a server with rows of another form ends it, and nothing is fetched over and over: %s",
  async (way) => {
    const platter = new Platter();
    const weather = calm();
    const engine = way === "start" ? null : await started(platter, weather);
    weather.up = way === "start";
    server.cut("u1");
    await settle(10);
    engine?.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch: { name: "Mine" } }, { label: "Renamed" });
    await settle(100);
    server.schema = SCHEMA + 1;
    const before = server.bootstraps;
    weather.up = true;
    if (way === "delta") look();
    const late = engine ?? (await started());
    await settle(120_000);
    expect(late.status().phase).toBe("outdated");
    expect(server.bootstraps - before).toBeLessThanOrEqual(1);
    if (!engine) return;
    expect(nameOf(engine, "p1-i1")).toBe("Mine");
    expect(platter.changes.size).toBe(1);

    // Loaded anew, the app knows the rows.
    server.schema = SCHEMA;
    await engine.close();
    await started(platter, weather);
    await settle(5_000);
    expect(server.table("work_item").get("p1-i1")).toMatchObject({ name: "Mine" });
  },
);
