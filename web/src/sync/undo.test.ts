import { expect, test } from "vitest";
import type { Refused } from "./contract.ts";
import { blankItem } from "./testing.ts";
import { acts, nameOf, remove, rename, server, settle, started, weather } from "./testing-engine.ts";
import { Browser, Platter } from "./testing-tabs.ts";

test("undo takes a step back as one, redo makes it again", async () => {
  const engine = await started();
  const states = () => ["p1-i1", "p1-i2"].map((id) => engine.table("work_item").get(id)?.state);
  const before = states();
  engine.mutate(
    ["p1-i1", "p1-i2"].map((id) => ({ kind: "update", entity: "work_item", id, patch: { state: "new" } }) as const),
    { label: "Moved 2 items" },
  );
  expect(states()).toEqual(["new", "new"]);
  expect(await engine.undo()).toBe("Moved 2 items");
  expect(states()).toEqual(before);
  expect(await engine.redo()).toBe("Moved 2 items");
  expect(states()).toEqual(["new", "new"]);
  await settle(5000);
  expect(server.table("work_item").get("p1-i1")?.state).toBe("new");
  expect(await engine.undo()).toBe("Moved 2 items");
  expect(await engine.undo()).toBeNull();
  await settle(5000);
  expect(server.table("work_item").get("p1-i1")?.state).toBe(before[0]);
});

test("undo leaves alone what somebody else has changed since, and says so", async () => {
  const engine = await started();
  const patch = { name: "Mine", priority: "urgent" };
  const before = engine.table("work_item").get("p1-i1");
  engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch }, { label: "Edited" });
  await settle();
  server.update("work_item", "p1-i1", { name: "Theirs" });
  await settle();
  expect(await engine.undo()).toBe("Edited (1 change kept: somebody else has changed the same since)");
  await settle();
  expect(engine.table("work_item").get("p1-i1")).toMatchObject({ name: "Theirs", priority: before?.priority });
});

test("undo of a creation deletes the item, redo brings it back as it was, and so on", async () => {
  const engine = await started();
  const row = { ...blankItem("new-1", "p1", 99), name: "New" };
  engine.mutate(
    [
      { kind: "create", entity: "work_item", id: "new-1", row: { ...row } },
      { kind: "update", entity: "work_item", id: "new-1", patch: { priority: "high" } },
    ],
    { label: "Created" },
  );
  await settle();
  server.update("work_item", "new-1", { name: "Renamed" });
  await settle();
  for (let turn = 0; turn < 2; turn++) {
    expect(await engine.undo()).toBe("Created");
    await settle();
    expect(server.table("work_item").get("new-1")).toBeUndefined();
    expect(await engine.redo()).toBe("Created");
    expect(engine.table("work_item").get("new-1")).toMatchObject({ name: "Renamed", priority: "high" });
    await settle();
    expect(server.table("work_item").get("new-1")).toMatchObject({ name: "Renamed", priority: "high" });
  }
  expect(engine.status().unsent).toBe(0);
});

test("undo of a deletion brings the same item back, with its number, its text and what is below it", async () => {
  const engine = await started();
  server.texts.set("p1-i1", "<p>Its text</p>");
  server.update("work_item", "p1-i2", { parent: "p1-i1" });
  await settle();
  const before = engine.table("work_item").get("p1-i1");
  remove(engine, "p1-i1");
  await settle();
  expect([nameOf(engine, "p1-i1"), nameOf(engine, "p1-i2")]).toEqual([undefined, undefined]);
  const left = server.table("work_item").size;
  expect(await engine.undo()).toBe("Deleted");
  expect(engine.table("work_item").get("p1-i1")).toMatchObject({ sequence_id: 1, name: before?.name });
  await settle();
  expect(server.table("work_item").get("p1-i1")).toMatchObject({ sequence_id: 1, name: before?.name });
  expect(engine.table("work_item").get("p1-i2")?.parent).toBe("p1-i1");
  expect(server.texts.get("p1-i1")).toBe("<p>Its text</p>");
  expect(await engine.redo()).toBe("Deleted");
  await settle();
  expect(server.table("work_item").size).toBe(left);
  expect(await engine.undo()).toBe("Deleted");
  await settle();
  expect(server.table("work_item").size).toBe(20);
});

test("items that are deleted together with one below them all come back", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  server.update("work_item", "p1-i2", { parent: "p1-i1" });
  server.update("work_item", "p1-i3", { parent: "p1-i2" });
  await settle();
  remove(engine, "p1-i1", "p1-i2", "p1-i4");
  await settle();
  for (const id of ["p1-i1", "p1-i2", "p1-i3", "p1-i4"]) expect(nameOf(engine, id)).toBeUndefined();
  await engine.undo();
  await settle();
  expect(server.table("work_item").size).toBe(20);
  expect(refused).toEqual([]);
});

test("of a label that was deleted undo makes a new one", async () => {
  const engine = await started();
  engine.mutate({ kind: "delete", entity: "label", id: "p1-l1" }, { label: "Deleted" });
  await settle();
  await engine.undo();
  await settle();
  const names = server.rows("label").map(({ name }) => name);
  expect(names.filter((name) => name === "Label 1")).toHaveLength(1);
});

test.each(["leads", "follows"])(
  "a deletion that was never sent is withdrawn, not answered: a tab that %s",
  async (how) => {
    const platter = new Platter();
    const browser = new Browser();
    const [first, second] = [await started({ platter, browser }), await started({ platter, browser })];
    const engine = how === "leads" ? first : second;
    weather.up = false;
    server.cut("u1");
    await settle();
    remove(engine, "p1-i1", "p1-i2");
    await settle(10_000);
    expect(first.status()).toMatchObject({ online: false, unsent: 2 });
    await engine.undo();
    await settle();
    for (const tab of [first, second]) {
      expect(tab.status().unsent).toBe(0);
      expect(nameOf(tab, "p1-i1")).toBe(server.table("work_item").get("p1-i1")?.name);
    }
    expect(platter.changes.size).toBe(0);
    weather.up = true;
    await settle(60_000);
    expect(server.acted).toEqual([]);
  },
);

test("offline, deleted, undone and loaded anew, the item is as it was", async () => {
  const platter = new Platter();
  const first = await started({ platter });
  // Nobody has noticed yet, so that the deletion may have arrived.
  weather.up = false;
  remove(first, "p1-i1");
  await settle();
  await first.undo();
  await settle();
  expect(platter.changes.size).toBe(2);
  await first.close();
  const second = await started({ platter });
  expect(nameOf(second, "p1-i1")).toBeDefined();
  weather.up = true;
  await settle(60_000);
  expect(acts()).toEqual(["DELETE p1-i1/", "POST p1-i1/restore/"]);
  expect(server.table("work_item").get("p1-i1")).toMatchObject({ sequence_id: 1 });
  expect(second.status().unsent).toBe(0);
});

test("a deletion that is refused after it was undone leaves one item, and is said once", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  server.refuses = ({ method }) => (method === "DELETE" ? { status: 403, body: { error: "Not yours." } } : null);
  weather.delay = () => 20;
  remove(engine, "p1-i1");
  await settle(10);
  await engine.undo();
  await settle(1000);
  expect(refused.map(({ reason }) => reason)).toEqual(["Not yours."]);
  expect(acts()).toEqual([]);
  expect(engine.table("work_item").size).toBe(20);
  expect(engine.status().unsent).toBe(0);
});

test("an item that cannot come back is gone with what was done to it since, and that is said", async () => {
  const engine = await started();
  const refused: Refused[] = [];
  engine.onRefused((refusal) => refused.push(refusal));
  remove(engine, "p1-i1");
  await settle();
  server.refuses = () => ({ status: 403, body: { error: "Not any more." } });
  await engine.undo();
  rename(engine, "p1-i1", "Back");
  await settle();
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["Not any more."]));
  expect(nameOf(engine, "p1-i1")).toBeUndefined();
  expect(engine.status().unsent).toBe(0);
});

test("the undo that is offered for a change takes back that change or nothing", async () => {
  const engine = await started();
  const offered: string[] = [];
  const forgotten: string[] = [];
  engine.onUndoable(({ step }) => offered.push(step));
  engine.onForgotten((step) => forgotten.push(step));
  rename(engine, "p1-i1", "One");
  await settle();
  server.refuses = ({ method }) => (method === "DELETE" ? { status: 403, body: { error: "Not yours." } } : null);
  const { sent } = engine.mutate({ kind: "delete", entity: "work_item", id: "p1-i2" }, { label: "Deleted" });
  sent.catch(() => {});
  await settle();
  expect(forgotten).toEqual([offered[1]]);
  expect(await engine.undo(offered[1])).toBeNull();
  expect(nameOf(engine, "p1-i1")).toBe("One");
  expect(await engine.undo(offered[0])).toBe("Renamed to One");
  expect(nameOf(engine, "p1-i1")).not.toBe("One");
});

test("what is archived goes, is brought back by undo as it was, and goes again by redo", async () => {
  const engine = await started();
  const before = engine.table("work_item").get("p1-i1");
  const patch = { archived_at: "2026-06-15" };
  engine.mutate({ kind: "update", entity: "work_item", id: "p1-i1", patch }, { label: "Archived" });
  await settle();
  expect(server.archived.has("p1-i1")).toBe(true);
  expect(nameOf(engine, "p1-i1")).toBeUndefined();
  expect(await engine.undo()).toBe("Archived");
  expect(engine.table("work_item").get("p1-i1")).toMatchObject({ name: before?.name, archived_at: null });
  await settle();
  expect(server.archived.size).toBe(0);
  expect(nameOf(engine, "p1-i1")).toBe(before?.name);
  await engine.redo();
  await settle();
  expect(server.archived.has("p1-i1")).toBe(true);
  expect(nameOf(engine, "p1-i1")).toBeUndefined();
});

test("an archived item that is not held here is taken back, and put back by undo", async () => {
  const engine = await started();
  const row = server.table("work_item").get("p1-i1");
  server.archived.set("p1-i1", row as never);
  server.change({ entity: "work_item", id: "p1-i1", deleted: true });
  await settle();
  const given = { ...row, archived_at: "2026-06-01" };
  engine.mutate(
    { kind: "update", entity: "work_item", id: "p1-i1", patch: { archived_at: null }, row: given },
    { label: "Taken back" },
  );
  expect(engine.table("work_item").get("p1-i1")?.archived_at).toBeNull();
  await settle();
  expect(server.archived.size).toBe(0);
  await engine.undo();
  await settle();
  expect(server.archived.has("p1-i1")).toBe(true);
});
