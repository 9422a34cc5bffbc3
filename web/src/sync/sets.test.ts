import { expect, test, vi } from "vitest";
import type { Engine, Refused } from "./contract.ts";
import { blankItem } from "./testing.ts";
import { server, settle, started, weather } from "./testing-engine.ts";
import { Platter } from "./testing-tabs.ts";

const setLabels = (engine: Engine, labels: readonly string[], label = "Labelled") =>
  engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch: { labels } }, { label });
const labelsOf = (engine: Engine) => [...(engine.table("work_item").get("p1-i1")?.labels ?? [])].sort();
const labelsThere = () => [...((server.table("work_item").get("p1-i1")?.labels ?? []) as string[])].sort();

test.each(["a moment", "hours"])(
  "a label that was added without a network takes none away that came meanwhile: %s",
  async (time) => {
    server.update("work_item", "p1-i1", { labels: ["old", "gone"] });
    const platter = new Platter();
    const engine = await started({ platter });
    weather.up = false;
    server.cut("u1");
    await settle(10);
    setLabels(engine, ["old", "mine"]);
    setLabels(engine, ["old", "mine", "more"]);
    expect(labelsOf(engine)).toEqual(["mine", "more", "old"]);
    server.update("work_item", "p1-i1", { labels: ["old", "gone", "bens"] });
    await settle(time === "hours" ? 7_200_000 : 3_500);
    weather.up = true;
    await settle(90_000);
    expect(labelsThere()).toEqual(["bens", "mine", "more", "old"]);
    expect(labelsOf(engine)).toEqual(labelsThere());
    expect(server.acted).toHaveLength(1);

    await engine.undo();
    await settle();
    expect(labelsThere()).toEqual(["bens", "mine", "old"]);
    await engine.undo();
    await settle();
    expect(labelsThere()).toEqual(["bens", "gone", "old"]);
  },
);

test("what may have been sent is sent again as it was, whatever the list is by now", async () => {
  server.update("work_item", "p1-i1", { labels: ["old"] });
  const platter = new Platter();
  const engine = await started({ platter });
  const sent: unknown[] = [];
  const act = server.act.bind(server);
  vi.spyOn(server, "act").mockImplementation((request, user) => {
    sent.push(request.body);
    return act(request, user);
  });
  // Of the request that makes the change, not of the question for the row.
  weather.losesAnswer = () => sent.length > 0;
  setLabels(engine, ["old", "mine"]);
  await settle(20);
  await engine.close();
  server.update("work_item", "p1-i1", { labels: ["old", "mine", "bens"] });
  weather.losesAnswer = () => false;
  const next = await started({ platter });
  await settle(5_000);
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(labelsThere()).toEqual(["bens", "mine", "old"]);
  expect(next.status().unsent).toBe(0);
});

test("cycle and modules are set without a network, sent one by one, and taken back", async () => {
  server.update("work_item", "p1-i1", { cycle: "c1", modules: ["m1", "m2"] });
  const platter = new Platter();
  const engine = await started({ platter });
  const placed = () => {
    const { cycle, modules } = engine.table("work_item").get("p1-i1") ?? blankItem("none", "p1", 0);
    return { cycle, modules: [...modules].sort() };
  };
  weather.up = false;
  server.cut("u1");
  await settle(10);
  const set = (patch: object, label: string) =>
    engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch: { ...patch } }, { label });
  set({ cycle: "c2" }, "Into another cycle");
  set({ modules: ["m2", "m3"] }, "Other modules");
  set({ cycle: null }, "Out of the cycle");
  expect(placed()).toEqual({ cycle: null, modules: ["m2", "m3"] });
  // Somebody else puts it into one more.
  server.update("work_item", "p1-i1", { modules: ["m1", "m2", "m4"] });
  await settle(20_000);
  weather.up = true;
  await settle(90_000);
  expect(server.table("work_item").get("p1-i1")).toMatchObject({ cycle: null, modules: ["m2", "m4", "m3"] });
  expect(placed()).toEqual({ cycle: null, modules: ["m2", "m3", "m4"] });
  expect(engine.status().unsent).toBe(0);
  expect(server.acted.map(({ method, path }) => `${method} ${path.split("/").slice(2, 5).join("/")}`)).toEqual([
    "POST cycles/c2/cycle-issues",
    "DELETE modules/m1/module-issues",
    "POST modules/m3/module-issues",
    "DELETE cycles/c2/cycle-issues",
  ]);

  await engine.undo();
  expect(placed().cycle).toBe("c2");
  await engine.undo();
  await settle();
  expect(server.table("work_item").get("p1-i1")).toMatchObject({ cycle: "c2", modules: ["m2", "m4", "m1"] });
});

test("an item that somebody else took out of its cycle before is out of it, and nothing is refused", async () => {
  server.update("work_item", "p1-i1", { cycle: "c1" });
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((one) => refused.push(one));
  weather.up = false;
  server.cut("u1");
  await settle(10);
  engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch: { cycle: null } }, { label: "Out" });
  server.update("work_item", "p1-i1", { cycle: null });
  await settle(1_000);
  weather.up = true;
  await settle(60_000);
  expect(refused).toEqual([]);
  expect(engine.table("work_item").get("p1-i1")?.cycle).toBeNull();
  expect(engine.status().unsent).toBe(0);
});
