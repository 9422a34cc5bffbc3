import { expect, test, vi } from "vitest";
import type { Refused } from "./contract.ts";
import { createEngine } from "./engine.ts";
import { Alone } from "./tabs.ts";
import { calm } from "./testing.ts";
import {
  engines,
  nameOf,
  rename,
  replaceServer,
  server,
  settle,
  soon,
  started,
  tab,
  weather,
} from "./testing-engine.ts";
import { MemoryDisk, Platter } from "./testing-tabs.ts";
import type { Transport } from "./transport.ts";

test("starts with the workspace, then holds the items of a project", async () => {
  const engine = tab();
  expect(engine.status().phase).toBe("starting");
  const loading = engine.load("p1");
  await settle();
  await loading;
  expect(engine.status().phase).toBe("ready");
  expect(engine.table("member").size).toBe(5);
  expect(engine.table("work_item").size).toBe(20);
  expect(engine.isLoaded("p1")).toBe(true);
});

test("says that changes are kept when they are, and not before", async () => {
  class SlowDisk extends MemoryDisk {
    override async keep(...given: Parameters<MemoryDisk["keep"]>): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await super.keep(...given);
    }
  }
  weather.up = false;
  const platter = new Platter();
  await started({ platter, on: calm() });
  const engine = await started({ platter, disk: new SlowDisk(platter) });
  rename(engine, "p1-i1", "One");
  rename(engine, "p1-i2", "Two");
  expect(engine.status()).toMatchObject({ unsent: 2, kept: false });
  expect(platter.changes.size).toBe(0);
  await settle(600);
  expect(engine.status()).toMatchObject({ unsent: 2, kept: true });
  expect(platter.changes.size).toBe(2);
});

test("a change of somebody else arrives, is told once a burst, and only to who listens to the row", async () => {
  const engine = await started();
  const told = { table: 0, one: 0, two: 0 };
  engine.table("work_item").subscribe(() => told.table++);
  engine.table("work_item").subscribeRow("p1-i1", () => told.one++);
  engine.table("work_item").subscribeRow("p1-i2", () => told.two++);
  server.update("work_item", "p1-i1", { name: "Elsewhere" });
  server.update("work_item", "p1-i3", { name: "Also" });
  await settle();
  expect(nameOf(engine, "p1-i1")).toBe("Elsewhere");
  expect(told).toEqual({ table: 1, one: 1, two: 0 });
});

test("a change of the user shows at once, is sent, and gives way to the server's row", async () => {
  const engine = await started();
  const { sent } = rename(engine, "p1-i1", "Mine");
  expect(nameOf(engine, "p1-i1")).toBe("Mine");
  expect(engine.status().unsent).toBe(1);
  await settle();
  await sent;
  expect(engine.status().unsent).toBe(0);
  server.update("work_item", "p1-i1", { name: "Theirs" });
  await settle();
  expect(nameOf(engine, "p1-i1")).toBe("Theirs");
});

test("a created row has the id that it was made with", async () => {
  const engine = await started();
  const row = { project: "p1", name: "New", state: "p1-s0", type: "t1" };
  const { sent } = engine.mutate(
    { kind: "create", entity: "work_item", id: "new-1", row, extra: { description_html: "<p>x</p>" } },
    { label: "Created New" },
  );
  expect(nameOf(engine, "new-1")).toBe("New");
  await settle();
  await sent;
  expect(server.table("work_item").get("new-1")).toMatchObject({ name: "New", type: "t1" });
  expect(engine.table("work_item").get("new-1")?.version).toBeGreaterThan(0);
  expect(server.acted[0]).toMatchObject({
    method: "POST",
    path: "projects/p1/work-items/",
    key: "new-1",
    body: { name: "New", type_id: "t1", description_html: "<p>x</p>" },
  });
});

test("a row can be made and changed in one go", async () => {
  const engine = await started();
  const row = { project: "p1", name: "New", state: "p1-s0" };
  const { sent } = engine.mutate(
    [
      { kind: "create", entity: "work_item", id: "new-1", row },
      { kind: "update", entity: "work_item", id: "new-1", patch: { priority: "high" } },
    ],
    { label: "Created New" },
  );
  await settle();
  await sent;
  expect(server.table("work_item").get("new-1")).toMatchObject({ name: "New", priority: "high" });
  expect(server.acted).toHaveLength(1);
  await engine.undo();
  await settle();
  expect(server.table("work_item").get("new-1")).toBeUndefined();
});

test("a change of a row that is gone is refused", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  await expect(rename(engine, "nobody", "x").sent).rejects.toMatchObject({ status: 404 });
  expect(refused).toHaveLength(1);
});

test("a refused change is taken back and explained; what came after it stays", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  const before = nameOf(engine, "p1-i1");
  server.refuses = ({ body }) =>
    body?.name === "Bad" ? { status: 400, body: { name: ["This name is not allowed."] } } : null;
  weather.up = false;
  const { sent } = rename(engine, "p1-i1", "Bad");
  await settle();
  engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch: { priority: "high" } }, { label: "High" });
  const failed = expect(sent).rejects.toMatchObject({ status: 400 });
  weather.up = true;
  await settle(5000);
  await failed;
  expect(engine.table("work_item").get("p1-i1")).toMatchObject({ name: before, priority: "high" });
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    label: "Renamed to Bad",
    reason: "Name: This name is not allowed.",
    requestId: "r1",
  });
});

test("a bulk change that is refused is said once", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  server.refuses = () => ({ status: 403, body: { detail: "You do not have permission to perform this action." } });
  const ids = ["p1-i1", "p1-i2", "p1-i3"];
  engine.mutate(
    ids.map((id) => ({ kind: "update", entity: "work_item", id, patch: { state: "p1-s4" } }) as const),
    { label: "Moved 3 items" },
  );
  await settle();
  expect(refused).toHaveLength(1);
  expect(refused[0]?.mutations).toHaveLength(3);
  expect(await engine.undo()).toBeNull();
});

test("a refused creation takes what was done to the row with it", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  server.refuses = ({ method }) => (method === "POST" ? { status: 400, body: { error: "No more items." } } : null);
  engine.mutate({ kind: "create", entity: "label", id: "L", row: { project: "p1", name: "x" } }, { label: "Label" });
  await Promise.resolve();
  engine.mutate({ kind: "delete", entity: "label", id: "L" }, { label: "No label" });
  await settle();
  expect(engine.table("label").get("L")).toBeUndefined();
  expect(engine.status().unsent).toBe(0);
  expect(refused.map((refusal) => refusal.reason)).toEqual(["No more items.", "No more items."]);
});

test("offline changes wait, are counted, become one where they can, and arrive in order", async () => {
  const engine = await started();
  weather.up = false;
  server.cut("u1");
  await settle();
  expect(engine.status().online).toBe(false);
  rename(engine, "p1-i1", "First");
  await settle();
  rename(engine, "p1-i2", "A");
  rename(engine, "p1-i2", "B");
  rename(engine, "p1-i3", "C");
  rename(engine, "p1-i2", "D");
  expect(engine.status().unsent).toBe(5);
  await settle(10_000);
  weather.up = true;
  await settle(60_000);
  expect(engine.status()).toMatchObject({ unsent: 0, online: true });
  expect(server.acted.map((request) => request.body?.name)).toEqual(["First", "B", "C", "D"]);
});

test("unsent changes outlive a reload and are made once, though the answer was lost", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  weather.losesAnswer = () => true;
  rename(first, "p1-i1", "Kept");
  await settle();
  await first.close();
  weather.losesAnswer = () => false;
  const second = await started({ platter });
  expect(nameOf(second, "p1-i1")).toBe("Kept");
  await settle(5000);
  expect(second.status().unsent).toBe(0);
  expect(server.acted).toHaveLength(1);
});

test("a warm start shows the rows of the disk without a network, with what came after the snapshot", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  server.update("work_item", "p1-i1", { name: "Later" });
  server.change({ entity: "work_item", id: "p1-i2", deleted: true });
  await settle();
  await first.close();
  weather.up = false;
  server.update("work_item", "p1-i3", { name: "While away" });
  const second = await started({ platter });
  expect(second.status().phase).toBe("ready");
  expect(nameOf(second, "p1-i1")).toBe("Later");
  expect(second.table("work_item").get("p1-i2")).toBeUndefined();
  weather.up = true;
  await settle(60_000);
  expect(nameOf(second, "p1-i3")).toBe("While away");
});

test("a lost frame is noticed by the next one", async () => {
  const engine = await started();
  weather.copies = () => 0;
  server.update("work_item", "p1-i1", { name: "Lost" });
  await settle();
  expect(nameOf(engine, "p1-i1")).not.toBe("Lost");
  weather.copies = () => 2;
  server.update("work_item", "p1-i2", { name: "Next" });
  await settle();
  expect(nameOf(engine, "p1-i1")).toBe("Lost");
  expect(nameOf(engine, "p1-i2")).toBe("Next");
});

test("what changes while items are on their way is not lost", async () => {
  const engine = tab();
  await settle();
  const delays = [20, 40];
  weather.delay = () => delays.shift() ?? 0;
  const loading = engine.load("p1");
  await settle(30);
  server.update("work_item", "p1-i1", { name: "Meanwhile" });
  server.change({ entity: "work_item", id: "p1-i2", deleted: true });
  await settle(100);
  await loading;
  expect(nameOf(engine, "p1-i1")).toBe("Meanwhile");
  expect(engine.table("work_item").get("p1-i2")).toBeUndefined();
});

test("too far behind, the engine starts anew and lets go of what is no longer there", async () => {
  const engine = await started();
  weather.up = false;
  server.cut("u1");
  server.change({ entity: "work_item", id: "p1-i1", deleted: true });
  server.kept = server.seq + 1;
  server.update("work_item", "p1-i2", { name: "New world" });
  await settle();
  weather.up = true;
  await settle(60_000);
  expect(engine.table("work_item").get("p1-i1")).toBeUndefined();
  expect(nameOf(engine, "p1-i2")).toBe("New world");
  expect(engine.isLoaded("p1")).toBe(true);
});

test("a server that was set back is followed back", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  for (let n = 0; n < 5; n++) server.update("work_item", "p1-i1", { name: `Before ${n}` });
  await settle();
  await first.close();
  replaceServer(3);
  const second = await started({ platter });
  await settle(5000);
  expect([...second.table("work_item").all()]).toEqual(server.rows("work_item"));
});

test("losing a project drops what is in it; gaining it again fetches it", async () => {
  const engine = await started();
  server.change({ entity: "project", id: "p1", access: "lost" });
  await settle();
  expect(engine.isLoaded("p1")).toBe(false);
  expect(engine.table("work_item").size).toBe(0);
  expect(engine.table("state").size).toBe(0);
  server.change({ entity: "project", id: "p1", access: "gained" });
  for (const state of server.rows("state")) server.update("state", state.id, {});
  await settle();
  expect(engine.table("work_item").size).toBe(20);
  expect(engine.table("state").size).toBe(5);
});

test("a change that changes nothing does not lie over the row for ever", async () => {
  const engine = await started();
  rename(engine, "p1-i1", nameOf(engine, "p1-i1") ?? "");
  await settle();
  await settle(5000);
  server.update("work_item", "p1-i1", { name: "Theirs" });
  await settle();
  expect(nameOf(engine, "p1-i1")).toBe("Theirs");
});

test("a fault of the server is tried again, then said, and does not hold up the rest", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  server.refuses = ({ body }) => (body?.name === "Poison" ? { status: 500, body: {} } : null);
  rename(engine, "p1-i1", "Poison");
  await settle();
  rename(engine, "p1-i2", "Fine");
  await settle(120_000);
  expect(refused.map(({ status }) => status)).toEqual([500]);
  expect(server.table("work_item").get("p1-i2")?.name).toBe("Fine");
});

test("a busy server is given the time that it asks for", async () => {
  const engine = await started();
  let busy = true;
  server.refuses = () => (busy ? { status: 429, body: {}, retryAfter: 30_000 } : null);
  rename(engine, "p1-i1", "Later");
  await settle(29_000);
  busy = false;
  expect(server.acted).toHaveLength(0);
  await settle(2000);
  expect(server.acted).toHaveLength(1);
});

test("a session that ended keeps the unsent changes for the next one", async () => {
  const platter = new Platter();
  const engine = await started({ platter });
  server.refuses = () => ({ status: 401, body: {} });
  rename(engine, "p1-i1", "Kept");
  await settle();
  expect(engine.status()).toMatchObject({ phase: "signed_out", unsent: 1 });
  await engine.close();
  server.refuses = () => null;
  await started({ platter });
  await settle();
  expect(server.table("work_item").get("p1-i1")?.name).toBe("Kept");
});

test("rows of somebody else who signed in meanwhile are not taken", async () => {
  const engine = createEngine({
    slug: "acme",
    userId: "u2",
    transport: server.transport("u1"),
    tabs: new Alone(),
    soon,
  });
  engines.push(engine);
  await settle();
  expect(engine.status().phase).toBe("signed_out");
  expect(engine.table("member").size).toBe(0);
});

test.each(["socket", "delta"])("an engine does not go on with the session of somebody else: %s", async (way) => {
  let who = "u1";
  const now = () => server.transport(who, weather);
  const transport: Transport = {
    user: () => now().user(),
    bootstrap: (project) => now().bootstrap(project),
    delta: (since) => now().delta(since),
    read: (path) => now().read(path),
    send: (request) => now().send(request),
    live: (since, events) => now().live(since, events),
  };
  const engine = createEngine({ slug: "acme", userId: "u1", transport, tabs: new Alone(), soon });
  engines.push(engine);
  const loading = engine.load("p1");
  await settle();
  await loading;
  const before = nameOf(engine, "p1-i1");
  // A socket that does not open makes the engine ask for the frames.
  weather.up = way === "socket";
  server.cut("u1");
  await settle(20);
  server.update("work_item", "p1-i1", { name: "For somebody else" });
  who = "u2";
  weather.up = true;
  await settle(60_000);
  expect(engine.status().phase).toBe("signed_out");
  rename(engine, "p1-i2", "In the wrong name");
  await settle(60_000);
  expect(nameOf(engine, "p1-i1")).toBe(before);
  expect(server.acted).toHaveLength(0);
});

test.each([
  [4401, "signed_out"],
  [4403, "forbidden"],
])("close code %i means %s", async (code, phase) => {
  const engine = await started();
  server.end("u1", code);
  await settle();
  expect(engine.status().phase).toBe(phase);
});

test("a change that waited for more than 80 days is refused, and not sent", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  weather.up = false;
  rename(first, "p1-i1", "Old");
  await settle();
  await first.close();
  vi.setSystemTime(Date.now() + 70 * 86_400_000);
  const second = await started({ platter });
  rename(second, "p1-i2", "Young");
  await settle();
  expect(second.status().unsent).toBe(2);
  await second.close();
  vi.setSystemTime(Date.now() + 11 * 86_400_000);
  const told: Refused[] = [];
  const third = tab({ platter });
  third.onRefused((refused) => told.push(refused));
  weather.up = true;
  await settle(60_000);
  expect(told).toMatchObject([{ label: "Renamed to Old", reason: expect.stringContaining("80 days") }]);
  expect(server.acted.map(({ body }) => body?.name)).toEqual(["Young"]);
  expect(platter.changes.size).toBe(0);
});

test("changes stay in order when the clock is set back", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  weather.up = false;
  rename(first, "p1-i1", "One");
  await settle(100);
  rename(first, "p1-i2", "Two");
  await first.close();
  vi.setSystemTime(Date.UTC(2026, 5, 10));
  const second = await started({ platter });
  rename(second, "p1-i3", "Three");
  await second.close();
  weather.up = true;
  await started({ platter });
  await settle(60_000);
  expect(server.acted.map(({ body }) => body?.name)).toEqual(["One", "Two", "Three"]);
});

test("what happens below an item is told to who watches it; who looks at it is told without oneself", async () => {
  const engine = await started();
  const verbs: string[] = [];
  const people: string[][] = [];
  engine.watch("p1-i1", (touch) => verbs.push(`${touch.entity} ${touch.verb}`));
  engine.present("item:p1-i1", (present) => people.push(present.map((person) => person.user)));
  engine.look("item:p1-i1");
  server.change({ entity: "comment", id: "c1", about: "p1-i1", verb: "created" });
  server.change({ entity: "comment", id: "c2", about: "p1-i2", verb: "created" });
  await settle();
  expect(verbs).toEqual(["comment created"]);
  expect(people.at(-1)).toEqual(["x"]);
});

test("that something happened is told, whatever it was, once for all that came together", async () => {
  const engine = await started();
  let told = 0;
  const stop = engine.onNews(() => told++);
  server.change({ entity: "comment", id: "c1", about: "p9-i1", verb: "created" });
  server.update("work_item", "p1-i2", { name: "Two" });
  await settle();
  expect(told).toBe(1);
  await settle(30_000);
  expect(told).toBe(1);
  stop();
  server.update("work_item", "p1-i2", { name: "Three" });
  await settle();
  expect(told).toBe(1);
});

test("relative dates mean other days after midnight", async () => {
  const engine = await started();
  server.update("work_item", "p1-i1", { target_date: "2026-06-15" });
  await settle();
  const view = engine.view({
    project: "p1",
    filter: { and: [{ key: "target_date", op: "on", values: ["0d"] }] },
    group: null,
    subgroup: null,
    order: { key: "manual", desc: false },
    subItems: true,
    archived: false,
    emptyGroups: false,
  });
  let told = 0;
  view.subscribe(() => told++);
  const today = view.get().ids;
  await settle(86_402_000);
  expect(told).toBe(1);
  expect(view.get().ids).not.toEqual(today);
});
