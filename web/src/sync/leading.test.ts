import { expect, test } from "vitest";
import { calm } from "./testing.ts";
import { nameOf, rename, server, settle, started, weather } from "./testing-engine.ts";
import { Browser, MemoryDisk, Platter } from "./testing-tabs.ts";

test("who comes to lead does not alter what may have been sent before", async () => {
  const platter = new Platter();
  const browser = new Browser();
  const first = await started({ platter, browser });
  const second = await started({ platter, browser });
  weather.losesAnswer = () => true;
  rename(second, "p1-i1", "One");
  await settle(10);
  await first.close();
  await settle(0);
  rename(second, "p1-i1", "Two");
  weather.losesAnswer = () => false;
  await settle(60_000);
  expect(server.table("work_item").get("p1-i1")?.name).toBe("Two");
  expect(server.acted.map(({ body }) => body?.name)).toEqual(["One", "Two"]);
});

test("tabs: one has the socket, all see one another's changes at once, and the next takes over", async () => {
  const platter = new Platter();
  const browser = new Browser();
  const first = await started({ platter, browser });
  const second = await started({ platter, browser });
  server.update("work_item", "p1-i1", { name: "From the server" });
  await settle();
  expect(nameOf(second, "p1-i1")).toBe("From the server");
  weather.up = false;
  server.cut("u1");
  await settle();
  rename(second, "p1-i2", "From the second");
  await settle();
  expect(nameOf(first, "p1-i2")).toBe("From the second");
  expect(first.status().unsent).toBe(1);
  await first.close();
  weather.up = true;
  await settle(60_000);
  expect(server.table("work_item").get("p1-i2")?.name).toBe("From the second");
  expect(second.status()).toMatchObject({ unsent: 0, online: true });
  server.update("work_item", "p1-i3", { name: "To the second" });
  await settle();
  expect(nameOf(second, "p1-i3")).toBe("To the second");
});

test("what the leader did not get to write is written by the next", async () => {
  const platter = new Platter();
  const browser = new Browser();
  const disk = new MemoryDisk(platter);
  const first = await started({ disk, browser });
  const second = await started({ platter, browser });
  disk.dead = true;
  server.update("work_item", "p1-i1", { name: "Not written" });
  await settle();
  await first.close();
  await settle();
  server.update("work_item", "p1-i2", { name: "Written" });
  await settle();
  await second.close();
  weather.up = false;
  const third = await started({ platter });
  expect([nameOf(third, "p1-i1"), nameOf(third, "p1-i2")]).toEqual(["Not written", "Written"]);
});

test("a tab that is looked at takes over from a leader that is frozen, which follows when it wakes", async () => {
  const platter = new Platter();
  const browser = new Browser();
  const leader = browser.tab();
  const first = await started({ platter, tabs: leader });
  const second = await started({ platter, browser });
  document.dispatchEvent(new Event("visibilitychange"));
  leader.frozen = true;
  rename(second, "p1-i1", "Unheard");
  await settle(1000);
  expect(second.status().unsent).toBe(1);
  await settle(2000);
  leader.frozen = false;
  await settle(2000);
  expect(second.status().unsent).toBe(0);
  expect(server.acted).toHaveLength(1);
  server.update("work_item", "p1-i2", { name: "Both" });
  await settle();
  expect([nameOf(first, "p1-i2"), nameOf(second, "p1-i2")]).toEqual(["Both", "Both"]);
});

test("what a leader that was frozen thought to be open does not take unsent changes from who leads now", async () => {
  const platter = new Platter();
  const browser = new Browser();
  const leader = browser.tab();
  const on = calm();
  await started({ platter, tabs: leader });
  const second = await started({ platter, browser, on });
  leader.frozen = true;
  // Asks the leader for a sign of life; what it answers when it wakes is from before the change.
  document.dispatchEvent(new Event("visibilitychange"));
  await settle(3000);
  on.up = false;
  rename(second, "p1-i1", "Mine");
  await settle(100);
  // The old leader has heard of the question, and not yet of the change.
  leader.frozen = false;
  await settle(100);
  expect(second.status().unsent).toBe(1);
  expect(platter.changes.size).toBe(1);
  on.up = true;
  await settle(60_000);
  expect(server.table("work_item").get("p1-i1")?.name).toBe("Mine");
});

test("a refusal is told in the tab that made the change", async () => {
  const browser = new Browser();
  const platter = new Platter();
  await started({ platter, browser });
  const second = await started({ platter, browser });
  server.refuses = () => ({ status: 400, body: { error: "No." } });
  const { sent } = rename(second, "p1-i1", "Bad");
  const failed = expect(sent).rejects.toMatchObject({ reason: "No." });
  await settle();
  await failed;
  expect(nameOf(second, "p1-i1")).not.toBe("Bad");
});
