/** Small things of a working day: workspaces, links, pasted files, what lists show, copies, lanes, the archive. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkAxe, type Harness, type Person, SIZES, shoot, start, WORKSPACE } from "./harness.ts";

const W = `/workspaces/${WORKSPACE.slug}`;

let harness: Harness;
let ada: Person;
let page: Page;
let project: string;
let projectId: string;
let states: { id: string; name: string }[];

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  page = ada.page;
  const made = await ada.call<{ id: string }>("POST", `${W}/projects/`, { name: "Press", identifier: "PRESS" });
  projectId = made.id;
  project = `${W}/projects/${made.id}/`;
  states = (await ada.call<{ results: typeof states }>("GET", `${project}states/`)).results;
});
afterAll(() => harness?.close());

async function item(name: string, fields: object = {}): Promise<{ id: string; sequence_id: number }> {
  return ada.call("POST", `${project}work-items/`, { name, ...fields });
}

const stateId = (name: string) => states.find((state) => state.name === name)?.id;

describe("from an item", () => {
  let one: { id: string; sequence_id: number };
  beforeEach(async () => {
    one = await item("Ink the rollers", { description_html: "<p>With the black ink.</p>" });
    await page.goto(`/${WORKSPACE.slug}/item/PRESS-${one.sequence_id}`);
    await page.getByText("With the black ink.").waitFor();
  });

  it("a link is changed where it stands", async () => {
    await ada.call("POST", `${project}work-items/${one.id}/links/`, { url: "https://old.test/a", title: "Old" });
    await page.getByRole("link", { name: "Old", exact: true }).waitFor();
    await page.getByRole("link", { name: "Old", exact: true }).hover();
    await page.getByRole("button", { name: "Edit link Old" }).click();
    await page.getByRole("textbox", { name: "Title of the link" }).fill("New");
    await page.getByRole("textbox", { name: "Address" }).fill("new.test/b");
    await shoot(page, "link-edit");
    await page.getByRole("button", { name: "Save link" }).click();
    const link = page.getByRole("link", { name: "New", exact: true });
    await link.waitFor();
    expect(await link.getAttribute("href")).toBe("https://new.test/b");
  });

  it("a file that is pasted outside of a field is attached, and one in a field is not", async () => {
    const paste = (selector: string, name: string) =>
      page.evaluate(
        ([where, called]) => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], called ?? "", { type: "application/pdf" }));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector(where ?? "body")?.dispatchEvent(event);
        },
        [selector, name],
      );
    await paste("[data-detail-title]", "in-the-title.pdf");
    await paste("body", "plan.pdf");
    await page.getByRole("link", { name: "plan.pdf", exact: true }).waitFor();
    expect(await page.getByText("in-the-title.pdf").count()).toBe(0);
  });

  it("a menu that is opened before its commands are there shows them when they have come", async () => {
    const { page: own, context } = await harness.signedIn();
    let comes = (): void => {};
    const late = new Promise<void>((resolve) => {
      comes = resolve;
    });
    await context.route(/\/assets\/layer-[^/]*\.js$/, (route) => late.then(() => route.continue()));
    await own.goto(`/${WORKSPACE.slug}/item/PRESS-${one.sequence_id}`);
    await own.getByRole("button", { name: "More actions" }).click();
    await own.getByRole("menu").waitFor();
    expect(await own.getByRole("menuitem").count()).toBe(0);
    comes();
    await own.getByRole("menuitem", { name: /^Duplicate/ }).waitFor();
    await context.close();
  });

  it("a copy has its text", async () => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /^Duplicate/ }).click();
    await page.getByText(/^Duplicated PRESS-/).waitFor();
    const copy = async () => {
      const { results } = await ada.call<{ results: { name: string; description_html: string }[] }>(
        "GET",
        `${project}work-items/`,
      );
      return results.find(({ name }) => name === "Ink the rollers (copy)")?.description_html;
    };
    await expect.poll(copy, { timeout: 8000 }).toContain("With the black ink.");
  });
});

describe("a list", () => {
  it("shows what it was told to show, which is in its address, and another list does not", async () => {
    await item("Set the type", { priority: "high" });
    await page.goto(`/${WORKSPACE.slug}/p/PRESS/items?layout=list`);
    const row = page.getByRole("row").filter({ hasText: "Set the type" });
    await row.getByRole("button", { name: "Priority: High" }).waitFor();
    await page.getByRole("button", { name: "Display" }).click();
    await page.getByRole("group", { name: "Properties" }).getByRole("button", { name: "Priority" }).click();
    await row.getByRole("button", { name: "Priority: High" }).waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("show")).not.toContain("priority");
    await checkAxe(page, "the display menu");
    await page.reload();
    await row.waitFor();
    expect(await row.getByRole("button", { name: "Priority: High" }).count()).toBe(0);
    await page.goto(`/${WORKSPACE.slug}/items?layout=list`);
    await row.getByRole("button", { name: "Priority: High" }).waitFor();
  });

  it("moves a card to another lane by keys", async () => {
    await item("Proof the sheet", { priority: "low", state: stateId("Todo") });
    await item("Cut the paper", { priority: "high", state: stateId("Todo") });
    await page.goto(`/${WORKSPACE.slug}/p/PRESS/items?layout=board&group=state&sub=priority&f=state%3ATodo`);
    const lane = (name: string) =>
      page.locator(".board-lane").filter({ has: page.getByRole("heading", { name: new RegExp(name) }) });
    await lane("Low").locator(".card").filter({ hasText: "Proof the sheet" }).waitFor();
    await page.locator(".card").filter({ hasText: "Proof the sheet" }).locator("[data-title]").click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+Shift+PageUp");
    await page.getByText(/^Moved PRESS-\d+ to /).waitFor();
    await lane("Low").locator(".card").filter({ hasText: "Proof the sheet" }).waitFor({ state: "detached" });
    await shoot(page, "lanes");
  });
});

it("another workspace is gone to by its name, from the palette", async () => {
  await ada.call("POST", "/workspaces/", { name: "Second floor", slug: "second" });
  await page.goto(`/${WORKSPACE.slug}/items?layout=list`);
  await page.getByRole("navigation", { name: "Workspace" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands and items" }).fill("second fl");
  await page.getByRole("option", { name: "Switch to Second floor" }).click();
  await page.waitForURL(/\/second\//);
});

it("the archive shows what is in it, and gives it back", async () => {
  const done = await item("Wash the plates", { state: stateId("Done") });
  const whole = await ada.call<object>("GET", `${project}work-items/${done.id}/`);
  const archived = { ...whole, archived_at: "2026-11-01" };
  const asked: string[] = [];
  for (const size of [SIZES.wide, SIZES.phone]) {
    const { page: own } = await harness.signedIn(size);
    const left = [archived];
    await own.route("**/archived-work-items/**", (route) =>
      route.fulfill({ json: { results: left, total_results: left.length, next_page_results: false, next_cursor: "" } }),
    );
    await own.route("**/unarchive/", (route) => {
      asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
      left.pop();
      return route.fulfill({ status: 204 });
    });
    await own.goto(`/${WORKSPACE.slug}/p/PRESS/archive`);
    await own.getByRole("list", { name: "Archived items" }).getByText("Wash the plates").waitFor();
    await shoot(own, `archive-${size === SIZES.wide ? "wide" : "phone"}`);
    await checkAxe(own, "the archive");
    await own.getByRole("button", { name: /^Take back PRESS-\d+$/ }).click();
    await own.getByText("Nothing is archived here.", { exact: false }).waitFor();
  }
  expect(asked).toContain(`DELETE /api/v1${W}/projects/${projectId}/work-items/${done.id}/unarchive/`);
});
