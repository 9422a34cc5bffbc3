/** Bad weather: in each nothing that was done is lost, and the screen says what happened. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAxe, type Harness, type Person, settled, shoot, start, WORKSPACE } from "./harness.ts";
import { addJira, addPerson } from "./people.ts";

const BEN = { email: "ben@example.com", password: "violet hammer crossing four", first_name: "Ben" };
const W = `/workspaces/${WORKSPACE.slug}`;
const ITEMS = `/${WORKSPACE.slug}/p/LIFT/items`;

let harness: Harness;
let ada: Person;
let project: { id: string };
let made = 0;

beforeAll(async () => {
  harness = await start();
  addPerson(harness.server.data, BEN);
  ada = await harness.signedIn();
  project = await newProject("Lift", "LIFT");
});
afterAll(() => harness?.close());

async function newProject(name: string, identifier: string): Promise<{ id: string }> {
  const own = await ada.call<{ id: string }>("POST", `${W}/projects/`, { name, identifier });
  const people = await ada.call<{ id: string; display_name: string }[]>("GET", `${W}/members/`);
  const member = people.find((person) => person.display_name === "ben")?.id;
  await ada.call("POST", `${W}/projects/${own.id}/project-members/`, { member, role: 15 });
  return own;
}

async function newItem(fields: Record<string, unknown> = {}): Promise<{ name: string; key: string; api: string }> {
  made += 1;
  const name = `Matter ${made}.`;
  const at = `${W}/projects/${project.id}/work-items/`;
  const { id, sequence_id } = await ada.call<{ id: string; sequence_id: number }>("POST", at, { name, ...fields });
  return { name, key: `LIFT-${sequence_id}`, api: `${at}${id}/` };
}

const row = (page: Page, name: string) =>
  page.locator('[role="row"], [role="listitem"]').filter({ hasText: name }).first();

async function show(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: "Create item" }).waitFor();
  await settled(page);
}

/** The editor of the description, once it has the keys. */
async function editing(page: Page): Promise<void> {
  const editor = page.locator("[contenteditable=true]:focus");
  await page.getByRole("textbox", { name: "Description" }).and(editor).waitFor({ timeout: 60_000 });
}

/** Sets a priority by keys, on the one row that the selection has. */
async function setPriority(page: Page, name: string, priority: string): Promise<void> {
  await row(page, name).hover();
  await row(page, name).getByRole("checkbox").check();
  await page.keyboard.press("p");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Set priority");
  await page.keyboard.type(priority);
  await page.keyboard.press("Enter");
  await row(page, name)
    .getByRole("button", { name: `Priority: ${priority}` })
    .waitFor();
  await page.keyboard.press("Escape");
}

it("the server goes in the middle of a drag: the card stays where it was dropped, and is there when the server is back", async () => {
  const { name, api } = await newItem();
  const { page } = ada;
  await show(page, `${ITEMS}?layout=board`);
  const card = row(page, name);
  await card.waitFor();
  const from = await card.boundingBox();
  const to = await page.locator("[data-column]").filter({ hasText: "In Progress" }).boundingBox();
  if (!to || !from) throw new Error("card and column are on the screen");
  await page.mouse.move(from.x + 100, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(from.x + 140, from.y + 60, { steps: 4 });
  await harness.server.halt();
  await page.mouse.move(to.x + 120, to.y + 160, { steps: 12 });
  await page.mouse.up();
  await card.getByRole("button", { name: "State: In Progress" }).waitFor();
  await page.getByText("1 change is kept in this browser and sent later.").waitFor();
  await harness.server.restart();
  await page.getByText(/You are offline/).waitFor({ state: "detached", timeout: 25_000 });
  const states = await ada.call<{ results: { id: string; name: string }[] }>(
    "GET",
    `${W}/projects/${project.id}/states/`,
  );
  const wanted = states.results.find((state) => state.name === "In Progress")?.id;
  await expect
    .poll(async () => (await ada.call<{ state: string }>("GET", api)).state, { timeout: 15_000 })
    .toBe(wanted);
  await card.getByRole("button", { name: "State: In Progress" }).waitFor();
}, 60_000);

it("two tabs of one browser show the same, whichever of them one writes in", async () => {
  const { name } = await newItem();
  const first = ada.page;
  const second = await ada.context.newPage();
  await show(first, `${ITEMS}?layout=list`);
  await show(second, `${ITEMS}?layout=list`);
  await setPriority(second, name, "Urgent");
  await row(first, name).getByRole("button", { name: "Priority: Urgent" }).waitFor();
  await setPriority(first, name, "Low");
  await row(second, name).getByRole("button", { name: "Priority: Low" }).waitFor();
  await second.close();
});

it.each([
  ["behind", -3],
  ["ahead", 3],
])("a clock that is days %s harms no change, and no time is told wrongly as to come", async (_, days) => {
  const { page, context } = await harness.signedIn(BEN);
  await context.addInitScript((by) => {
    const Real = Date;
    const shifted = () => Real.now() + by * 86_400_000;
    globalThis.Date = class extends Real {
      constructor(...given: unknown[]) {
        super(...((given.length === 0 ? [shifted()] : given) as [number]));
      }
      static override now = shifted;
    } as DateConstructor;
  }, days);
  const { name, key, api } = await newItem();
  await show(page, `${ITEMS}?layout=list`);
  await row(page, name).waitFor();
  await setPriority(page, name, "High");
  await expect.poll(async () => (await ada.call<{ priority: string }>("GET", api)).priority).toBe("high");
  await ada.call("PATCH", api, { priority: "low" });
  await row(page, name).getByRole("button", { name: "Priority: Low" }).waitFor();
  await setPriority(page, name, "Medium");
  await expect.poll(async () => (await ada.call<{ priority: string }>("GET", api)).priority).toBe("medium");
  await page.goto(`/${WORKSPACE.slug}/item/${key}`);
  await page.getByText("created the item").waitFor();
  expect(await page.getByRole("main").textContent()).not.toMatch(/\bin \d+ (minute|hour|day)/);
  await context.close();
});

describe("what is on the screen goes away", () => {
  it("a project that is deleted while it is open: the screen says so, what is left stays usable", async () => {
    const gone = await newProject("Crane", "CRANE");
    await ada.call("POST", `${W}/projects/${gone.id}/work-items/`, { name: "On the hook" });
    const { page, context } = await harness.signedIn(BEN);
    await show(page, `/${WORKSPACE.slug}/p/CRANE/items?layout=list`);
    await row(page, "On the hook").waitFor();
    await ada.call("DELETE", `${W}/projects/${gone.id}/`);
    await page.getByText("There is no project “CRANE” here").waitFor();
    await page.getByText("It may have been deleted or archived").waitFor();
    await checkAxe(page, "a project that is gone");
    await shoot(page, "project-gone");
    await page.getByRole("link", { name: "Lift" }).click();
    await row(page, "Matter 1.").waitFor();
    await context.close();
  });

  it("an item of it that somebody was writing in keeps what was typed", async () => {
    const gone = await newProject("Derrick", "DERRICK");
    await ada.call("POST", `${W}/projects/${gone.id}/work-items/`, { name: "Tower", description_html: "<p>Steel</p>" });
    const { page, context } = await harness.signedIn(BEN);
    await page.goto(`/${WORKSPACE.slug}/item/DERRICK-1`);
    await page.getByText("Steel").click();
    await editing(page);
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" and bolts");
    await ada.call("DELETE", `${W}/projects/${gone.id}/`);
    await page.getByText(/You have no access to this project any more|This item was deleted/).waitFor();
    await page.getByText("Steel and bolts").waitFor();
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByText("DERRICK-1").waitFor();
    await page.getByRole("button", { name: "Copy text" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("Steel and bolts");
    await checkAxe(page, "an item of a project that is gone");
    await shoot(page, "project-gone-item");
    await context.close();
  });
});

describe("a browser that keeps nothing", () => {
  it.each([
    ["has no IndexedDB", "open"],
    ["has no room left", "put"],
  ])("one that %s still works, and says that unsent changes are only in this window", async (_, broken) => {
    const { page, context } = await harness.signedIn(BEN);
    await context.addInitScript((how) => {
      if (how === "open") {
        IDBFactory.prototype.open = () => {
          throw new DOMException("Not in private windows", "SecurityError");
        };
      } else {
        IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => {
          throw new DOMException("Full", "QuotaExceededError");
        };
      }
    }, broken);
    const { name, api } = await newItem();
    await show(page, `${ITEMS}?layout=list`);
    await row(page, name).waitFor();
    await setPriority(page, name, "High");
    await expect.poll(async () => (await ada.call<{ priority: string }>("GET", api)).priority).toBe("high");
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await setPriority(page, name, "Urgent");
    await page.getByText("1 change is kept in this window and sent later.").waitFor();
    await context.setOffline(false);
    await expect
      .poll(async () => (await ada.call<{ priority: string }>("GET", api)).priority, { timeout: 20_000 })
      .toBe("urgent");
    await context.close();
  });
});

describe("much of it", () => {
  it("ten thousand items in one column: a few are drawn, and keys reach the last", async () => {
    const issue = (number: number) => ({
      id: String(number),
      key: `CROWD-${number}`,
      fields: {
        project: { id: "1", key: "CROWD", name: "Crowd" },
        summary: `One of many ${number}.`,
        status: { name: "Open", statusCategory: { key: "new" } },
        issuetype: { name: "Task" },
      },
    });
    const lines = Array.from({ length: 10_000 }, (_, place) => JSON.stringify(issue(place + 1)));
    const file = join(harness.server.data, "crowd.jsonl");
    await writeFile(file, lines.join("\n"));
    addJira(harness.server.data, file);
    const { page } = ada;
    await show(page, `/${WORKSPACE.slug}/p/CROWD/items?layout=board&order=sequence_id`);
    const column = page.locator("[data-column]").filter({ hasText: "10,000" });
    await column.locator(".card").first().waitFor({ timeout: 30_000 });
    expect(await page.locator(".card").count()).toBeLessThanOrEqual(40);
    await page.locator(".board").focus();
    await page.keyboard.press("End");
    await row(page, "One of many 10000.").and(page.locator(":visible")).waitFor();
    expect(await page.locator(".card").count()).toBeLessThanOrEqual(40);
  }, 180_000);

  it("a description of a megabyte is shown, and written in", async () => {
    const paragraph = `<p>${"Wind and weather. ".repeat(60)}</p>`;
    const { key, api } = await newItem({
      description_html: paragraph.repeat(Math.floor(1_000_000 / paragraph.length)),
    });
    const { page } = ada;
    await page.goto(`/${WORKSPACE.slug}/item/${key}`);
    await page.getByText("Wind and weather.").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Edit description" }).click();
    await editing(page);
    await page.keyboard.press("Control+End");
    await page.keyboard.type("The last word");
    await page.getByText(/^Saved/).waitFor({ timeout: 60_000 });
    const { description_html } = await ada.call<{ description_html: string }>("GET", api);
    expect(description_html.length).toBeGreaterThan(900_000);
    expect(description_html.includes("The last word")).toBe(true);
  }, 120_000);
});
