/** Random histories of two people, of whom one has two tabs, over a bad network: all end up with what the server has. */

import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine, Mutation } from "./contract.ts";
import { createEngine } from "./engine.ts";
import type { Entity } from "./rows.ts";
import { calm, fill, ModelServer, seeded, type Weather } from "./testing.ts";
import { Browser, type FakeTabs, MemoryDisk, Platter } from "./testing-tabs.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 15) });
});
afterEach(() => {
  vi.useRealTimers();
});

const soon = (work: () => void) => void setTimeout(work);

type Kind =
  | "rename"
  | "state"
  | "create"
  | "delete"
  | "delete-undo"
  | "label"
  | "undo"
  | "redo"
  | "outside"
  | "outside-delete"
  | "access"
  | "reload"
  | "kill"
  | "steal"
  | "down"
  | "up"
  | "cut"
  | "forget"
  | "wait";

interface Act {
  readonly kind: Kind;
  readonly tab: number;
  readonly item: number;
  readonly time: number;
}

const kinds: Kind[] = [
  "rename",
  "rename",
  "rename",
  "state",
  "create",
  "delete",
  "delete-undo",
  "label",
  "undo",
  "redo",
  "wait",
  "wait",
];
const rough: Kind[] = [
  "outside",
  "outside",
  "outside-delete",
  "access",
  "reload",
  "kill",
  "steal",
  "down",
  "up",
  "cut",
  "forget",
];

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...kinds, ...rough),
  tab: fc.nat(2),
  item: fc.nat(5),
  time: fc.integer({ min: 0, max: 900 }),
});

/** A person's browser with its disk, network and tabs. */
class Person {
  readonly platter = new Platter();
  readonly browser = new Browser();
  readonly weather: Weather;
  readonly tabs: { engine: Engine; disk: MemoryDisk; place: FakeTabs }[] = [];

  constructor(
    readonly user: string,
    private readonly server: ModelServer,
    private readonly random: () => number,
  ) {
    const bad =
      <T>(share: number, is: T, not: T) =>
      () =>
        random() < share ? is : not;
    const copies = (): number => (random() < 0.15 ? 0 : random() < 0.2 ? 2 : 1);
    this.weather = { up: true, delay: () => Math.floor(random() * 60), losesAnswer: bad(0.15, true, false), copies };
  }

  open(): Engine {
    const disk = new MemoryDisk(this.platter);
    const transport = this.server.transport(this.user, this.weather);
    const { user: userId, random } = this;
    const place = this.browser.tab();
    const engine = createEngine({ slug: "acme", userId, transport, disk, tabs: place, random, soon });
    void engine.load("p1").catch(() => {});
    this.tabs.push({ engine, disk, place });
    return engine;
  }

  /** Closes a tab; killed, it does not get to write anything more. */
  async close(index: number, killed: boolean): Promise<void> {
    const [tab] = this.tabs.splice(index % this.tabs.length, 1);
    if (!tab) return;
    tab.disk.dead ||= killed;
    await tab.engine.close();
  }
}

const ENTITIES: Entity[] = ["work_item", "label", "state", "project"];

function byId(rows: Iterable<{ id: string }>): Record<string, unknown> {
  return Object.fromEntries(
    [...rows].map((row) => [row.id, row]).sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
  );
}

class World {
  readonly server = new ModelServer();
  readonly people: Person[];
  readonly acknowledged: string[] = [];
  readonly refused: string[] = [];
  private count = 0;

  constructor(seed: number) {
    const random = seeded(seed);
    fill(this.server, { items: 6, people: 2, random });
    this.server.refuses = ({ body, method, path }, user) => {
      // Who asks and what decides, not when: a refusal is the same at the second try.
      if (body && String(body.name ?? "").endsWith("7") && user === "u1") {
        return { status: 400, body: { error: "No sevens." } };
      }
      return method === "DELETE" && path.endsWith("i3/") ? { status: 403, body: { error: "Not yours." } } : null;
    };
    this.people = ["u1", "u2"].map((user) => new Person(user, this.server, random));
    for (const person of this.people) person.open();
    this.people[0]?.open();
  }

  async run({ kind, tab, item, time }: Act): Promise<void> {
    const person = this.people[tab === 2 ? 1 : 0];
    const engine = person?.tabs[tab % Math.max(1, person.tabs.length)]?.engine;
    if (!person || !engine) return;
    await vi.advanceTimersByTimeAsync(time);
    const ids = this.server.rows("work_item").map((row) => row.id);
    const id = [...engine.table("work_item").all()][item]?.id ?? ids[item] ?? "none";
    this.count++;
    const name = `${person.user} ${this.count}`;
    if (kind === "rename") this.mutate(engine, name, { kind: "update", entity: "work_item", id, patch: { name } });
    else if (kind === "state")
      this.mutate(engine, name, { kind: "update", entity: "work_item", id, patch: { state: `p1-s${item % 5}` } });
    else if (kind === "create")
      this.mutate(engine, name, {
        kind: "create",
        entity: "work_item",
        id: `n${this.count}`,
        row: { project: "p1", name, parent: item % 2 ? id : null },
      });
    else if (kind === "label")
      this.mutate(engine, name, {
        kind: "create",
        entity: "label",
        id: `l${this.count}`,
        row: { project: "p1", name },
      });
    else if (kind === "delete") this.mutate(engine, name, { kind: "delete", entity: "work_item", id });
    else if (kind === "delete-undo") {
      this.mutate(engine, name, { kind: "delete", entity: "work_item", id });
      await vi.advanceTimersByTimeAsync(time % 30);
      await engine.undo();
    } else if (kind === "undo") await engine.undo();
    else if (kind === "redo") await engine.redo();
    else if (kind === "outside") this.server.update("work_item", ids[item] ?? "", { name: `outside ${this.count}` });
    else if (kind === "outside-delete" && ids[item] && item > 3)
      this.server.change({ entity: "work_item", id: ids[item] ?? "", deleted: true });
    else if (kind === "access") this.access();
    else if (kind === "reload" || kind === "kill") {
      await person.close(tab, kind === "kill");
      person.open();
    } else if (kind === "steal") person.tabs[tab % person.tabs.length]?.place.steal();
    else if (kind === "down") person.weather.up = false;
    else if (kind === "up") person.weather.up = true;
    else if (kind === "cut") this.server.cut(person.user);
    else if (kind === "forget") this.server.kept = this.server.seq;
    if (kind === "down") this.server.cut(person.user);
  }

  private access(): void {
    this.server.change({ entity: "project", id: "p1", access: "changed" });
    for (const entity of ["state", "label", "project_member"] as const) {
      for (const row of this.server.rows(entity)) this.server.update(entity, row.id, {});
    }
  }

  private mutate(engine: Engine, name: string, mutation: Mutation): void {
    const { sent } = engine.mutate(mutation, { label: name });
    const marks = mutation.kind === "create" || (mutation.kind === "update" && "name" in mutation.patch);
    sent.then(
      () => marks && this.acknowledged.push(name),
      () => this.refused.push(name),
    );
  }

  async calmDown(): Promise<void> {
    for (const { weather } of this.people) Object.assign(weather, { ...calm(), up: true });
    await vi.advanceTimersByTimeAsync(200_000);
    // A frame that was lost as the last one is noticed by the next.
    this.server.update("work_item", this.server.rows("work_item")[0]?.id ?? "", {});
    await vi.advanceTimersByTimeAsync(100_000);
  }

  check(): void {
    const wanted = ENTITIES.map((entity) => byId(this.server.rows(entity)));
    for (const { tabs } of this.people) {
      for (const { engine } of tabs) {
        expect(engine.status()).toMatchObject({ phase: "ready", unsent: 0, online: true });
        expect(ENTITIES.map((entity) => byId(engine.table(entity).all()))).toEqual(wanted);
      }
    }
    const names = this.server.acted.map(({ body }) => String(body?.name ?? "")).filter(Boolean);
    // Each was made once, unless undo and redo made it anew on purpose under another key.
    const keys = this.server.acted.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(names.filter((name) => name.startsWith("u1") && name.endsWith("7"))).toEqual([]);
    for (const person of this.people) expect(person.platter.changes.size).toBe(0);
  }

  async end(): Promise<void> {
    for (const person of this.people) while (person.tabs.length) await person.close(0, false);
  }
}

async function history(seed: number, acts: readonly Act[]): Promise<World> {
  const world = new World(seed);
  try {
    await vi.advanceTimersByTimeAsync(300);
    for (const each of acts) await world.run(each);
    await world.calmDown();
    world.check();
  } finally {
    await world.end();
  }
  return world;
}

const RUNS = process.env.AILERON_TEST_LONG ? 10_000 : 1_000;

test(`${RUNS} random histories end as the server has it`, { timeout: 3_600_000 }, async () => {
  const property = fc.asyncProperty(fc.nat(), fc.array(act, { minLength: 5, maxLength: 25 }), async (seed, acts) => {
    await history(seed, acts);
  });
  await fc.assert(property, {
    numRuns: RUNS,
    ...(process.env.AILERON_SEED ? { seed: Number(process.env.AILERON_SEED) } : {}),
  });
});

test("what the server acknowledged is made, in the order in which it was done", { timeout: 600_000 }, async () => {
  const order = fc.record({ tab: fc.constant(2), item: fc.nat(5), time: fc.integer({ min: 0, max: 400 }) });
  const writes = order.chain((rest) =>
    fc
      .constantFrom<Kind[]>("rename", "create", "wait", "down", "up", "reload", "cut")
      .map((kind) => ({ ...rest, kind })),
  );
  const property = fc.asyncProperty(fc.nat(), fc.array(writes, { minLength: 5, maxLength: 25 }), async (seed, acts) => {
    const world = await history(seed, acts);
    const made = world.server.acted.map(({ body }) => String(body?.name));
    const numbers = made.map((name) => Number(name.split(" ")[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    // A name that is missing went into one request with a later name of the same row.
    for (const name of world.acknowledged) {
      const number = Number(name.split(" ")[1]);
      expect(made.includes(name) || numbers.some((other) => other > number)).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: RUNS / 4 });
});
