/** The engine in Chromium against the real server: live, offline, refused, handed over, signed out. */

import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine, Refused } from "../src/sync/contract.ts";
import type { Sync } from "./engine-page.ts";
import { engineScript } from "./engine-script.ts";
import { type Call, type Harness, start, WORKSPACE } from "./harness.ts";

declare const sync: Sync;
declare const engine: Engine;
declare const refused: Refused[];

let harness: Harness;
let script: string;
let call: Call;
let project: string;
const items: string[] = [];

beforeAll(async () => {
  [harness, script] = await Promise.all([start(), engineScript()]);
  ({ call } = await harness.signedIn());
  const body = { name: "Engine", identifier: "ENG" };
  project = (await call<{ id: string }>("POST", `/workspaces/${WORKSPACE.slug}/projects/`, body)).id;
  for (let n = 0; n < 60; n++) items.push((await add(`Item ${n}`)).id);
});
afterAll(() => harness?.close());

const add = (name: string) =>
  call<{ id: string }>("POST", `/workspaces/${WORKSPACE.slug}/projects/${project}/work-items/`, { name });
const nameAtServer = async (id: string) =>
  (await call<{ name: string }>("GET", `/workspaces/${WORKSPACE.slug}/projects/${project}/work-items/${id}/`)).name;

/** A page with an engine that holds the project. */
async function tab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/api/v1/auth/setup/");
  await page.evaluate(script);
  await page.evaluate(
    async ([slug, project]) => {
      const session = await sync.readSession();
      const made = sync.createEngine({ slug, userId: session?.user.id ?? "" });
      Object.assign(window, { engine: made, refused: [] });
      made.onRefused((refusal) => refused.push(refusal));
      await made.load(project);
    },
    [WORKSPACE.slug, project] as const,
  );
  return page;
}

const nameIn = (page: Page, id: string) => page.evaluate((id) => engine.table("work_item").get(id)?.name, id);
const rename = (page: Page, id: string, name: string) =>
  page.evaluate(
    ([id, name]) => void engine.mutate({ kind: "update", entity: "work_item", id, patch: { name } }, { label: name }),
    [id, name] as const,
  );
const allSent = (page: Page) => page.waitForFunction(() => engine.status().unsent === 0, null, { timeout: 20_000 });
const sees = (page: Page, id: string, name: string | undefined) =>
  page.waitForFunction(([id, name]) => engine.table("work_item").get(id ?? "")?.name === name, [id, name] as const);

async function someone(): Promise<{ context: BrowserContext; page: Page }> {
  const { context, page } = await harness.signedIn();
  await page.close();
  return { context, page: await tab(context) };
}

it("shows a change elsewhere as it happens", async () => {
  const [one, two] = [await someone(), await someone()];
  const [id = ""] = items;
  for (let n = 0; n < 10; n++) {
    await rename(one.page, id, `Live ${n}`);
    await sees(two.page, id, `Live ${n}`);
  }
  await allSent(one.page);
  expect(await nameAtServer(id)).toBe("Live 9");
  await one.context.close();
  await two.context.close();
});

it("creates rows under the ids that it made, changes and deletes them", async () => {
  const [one, two] = [await someone(), await someone()];
  const id = await one.page.evaluate(async (project) => {
    const [item, label, state] = [sync.newId(), sync.newId(), sync.newId()];
    const done = (mutation: Parameters<Engine["mutate"]>[0]) => engine.mutate(mutation, { label: "x" }).sent;
    await done([
      { kind: "create", entity: "label", id: label, row: { project, name: "Made", color: "#ff0000" } },
      {
        kind: "create",
        entity: "state",
        id: state,
        row: { project, name: "Made", color: "#00ff00", group: "started" },
      },
      { kind: "create", entity: "work_item", id: item, row: { project, name: "Made", state, labels: [label] } },
      { kind: "update", entity: "work_item", id: item, patch: { target_date: "2027-01-02", priority: "high" } },
    ]);
    return item;
  }, project);
  await sees(two.page, id, "Made");
  await two.page.waitForFunction((id) => engine.table("work_item").get(id)?.target_date === "2027-01-02", id);
  const row = await two.page.evaluate((id) => engine.table("work_item").get(id), id);
  expect(row).toMatchObject({ priority: "high", target_date: "2027-01-02", sequence_id: 61 });
  expect(row?.labels).toHaveLength(1);
  await one.page.evaluate(() => engine.undo());
  await sees(two.page, id, undefined);
  await allSent(one.page);
  expect(await one.page.evaluate(() => refused)).toEqual([]);
  await one.context.close();
  await two.context.close();
});

it("brings a deleted item back as it was: its number, its text, what is below it and what was said about it", async () => {
  const { context, page } = await someone();
  const path = `/workspaces/${WORKSPACE.slug}/projects/${project}/work-items/`;
  const made = { name: "Gone?", description_html: "<p>Its text</p>" };
  const { id, sequence_id } = await call<{ id: string; sequence_id: number }>("POST", path, made);
  const below = await call<{ id: string }>("POST", path, { name: "Below", parent: id });
  await call("POST", `${path}${id}/comments/`, { comment_html: "<p>Said</p>" });
  await sees(page, below.id, "Below");
  await page.evaluate(
    (id) => engine.mutate({ kind: "delete", entity: "work_item", id }, { label: "Deleted" }).sent,
    id,
  );
  await sees(page, below.id, undefined);
  await page.evaluate(() => engine.undo());
  await allSent(page);
  await sees(page, below.id, "Below");
  expect(await page.evaluate((id) => engine.table("work_item").get(id)?.sequence_id, id)).toBe(sequence_id);
  expect(await call(`GET`, `${path}${id}/`)).toMatchObject({ description_html: "<p>Its text</p>", sequence_id });
  const comments = await call<{ results: { comment_html: string }[] }>("GET", `${path}${id}/comments/`);
  expect(comments.results.map(({ comment_html }) => comment_html)).toEqual(["<p>Said</p>"]);
  await context.close();
});

it("withdraws a deletion that was undone without a connection", async () => {
  const { context, page } = await someone();
  const [id = ""] = items.slice(45);
  const name = await nameIn(page, id);
  await context.setOffline(true);
  await page.waitForFunction(() => !engine.status().online);
  await page.evaluate(
    (id) => void engine.mutate({ kind: "delete", entity: "work_item", id }, { label: "Deleted" }),
    id,
  );
  await sees(page, id, undefined);
  await page.evaluate(() => engine.undo());
  await sees(page, id, name);
  await page.waitForFunction(() => engine.status().unsent === 0);
  const deletions: string[] = [];
  page.on("request", (request) => request.method() === "DELETE" && deletions.push(request.url()));
  await context.setOffline(false);
  await page.waitForFunction(() => engine.status().online, null, { timeout: 20_000 });
  expect(await nameAtServer(id)).toBe(name);
  expect(deletions).toEqual([]);
  await context.close();
});

it("sends what was done offline once, in order, after a reload, and takes back what is refused", async () => {
  const { context, page } = await someone();
  await context.setOffline(true);
  await page.waitForFunction(() => !engine.status().online);
  const [bad = ""] = items.slice(50);
  const before = await nameIn(page, bad);
  for (let n = 0; n < 50; n++) await rename(page, items[n] ?? "", `Offline ${n}`);
  await rename(page, bad, " ");
  expect(await page.evaluate(() => engine.status().unsent)).toBe(51);
  await page.evaluate(() => engine.close());
  await page.close();
  await context.setOffline(false);
  const again = await tab(context);
  await allSent(again);
  await again.waitForFunction(() => refused.length === 1);
  expect(await again.evaluate(() => refused[0]?.reason)).toMatch(/^Name: /);
  expect(await nameIn(again, bad)).toBe(before);
  for (const n of [0, 17, 49]) expect(await nameAtServer(items[n] ?? "")).toBe(`Offline ${n}`);
  const path = `/workspaces/${WORKSPACE.slug}/projects/${project}/work-items/${items[17]}/activities/`;
  const activities = await call<{ results: { new_value: string | null }[] }>("GET", path);
  expect(activities.results.filter((activity) => activity.new_value === "Offline 17")).toHaveLength(1);
  await context.close();
});

it("starts warm from disk, and follows a server that was started anew", async () => {
  const { context, page } = await someone();
  const [, id = ""] = items;
  await page.evaluate(() => engine.close());
  await harness.server.halt();
  const cold = await context.newPage().catch(() => page);
  await cold.close();
  await harness.server.restart();
  const again = await tab(context);
  await rename(again, id, "After the restart");
  await allSent(again);
  await harness.server.restart();
  await add("While it came back");
  await again.waitForFunction(
    () => [...engine.table("work_item").all()].some((item) => item.name === "While it came back"),
    null,
    {
      timeout: 40_000,
    },
  );
  expect(await nameIn(again, id)).toBe("After the restart");
  await context.close();
}, 60_000);

it("hands the socket and what is unsent over to the next tab", async () => {
  const { context, page: first } = await someone();
  const second = await tab(context);
  const [, , id = ""] = items;
  await rename(second, id, "From the second");
  await sees(first, id, "From the second");
  await allSent(second);
  expect(await nameAtServer(id)).toBe("From the second");
  await context.setOffline(true);
  await rename(second, id, "Handed over");
  await sees(first, id, "Handed over");
  await first.close();
  await context.setOffline(false);
  await allSent(second);
  expect(await nameAtServer(id)).toBe("Handed over");
  await call("PATCH", `/workspaces/${WORKSPACE.slug}/projects/${project}/work-items/${id}/`, { name: "Heard" });
  await sees(second, id, "Heard");
  await context.close();
});

it("takes over from a leading tab that the browser has frozen, which follows when it wakes", async () => {
  const { context, page: first } = await someone();
  const second = await tab(context);
  const [, , , id = "", other = ""] = items;
  const cdp = await context.newCDPSession(first);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await second.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await rename(second, id, "Without the frozen one");
  await allSent(second);
  expect(await nameAtServer(id)).toBe("Without the frozen one");
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await sees(first, id, "Without the frozen one");
  await rename(first, other, "Awake again");
  await allSent(first);
  await sees(second, other, "Awake again");
  expect(await nameAtServer(other)).toBe("Awake again");
  await context.close();
});

it("ends with the session, and leaves nothing behind when told to", async () => {
  const { context, page } = await someone();
  await page.evaluate(async () => {
    const session = await sync.readSession();
    const headers = { "X-CSRF-Token": session?.csrf_token ?? "" };
    await fetch("/api/v1/auth/sign-out/", { method: "POST", headers });
    // The server looks at the sessions of open sockets once a minute; a new socket asks at once.
    for (const name of ["offline", "online"]) window.dispatchEvent(new Event(name));
  });
  await page.waitForFunction(() => engine.status().phase === "signed_out", null, { timeout: 20_000 });
  await page.evaluate(() => engine.close(true));
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
  await context.close();
});
