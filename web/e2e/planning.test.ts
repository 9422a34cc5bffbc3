/** What plans an item: cycle, modules, type and estimate, where the project has such; and what those may who only look. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAxe, type Harness, type Person, SIZES, shoot, start, THEMES, WORKSPACE } from "./harness.ts";
import { addPerson } from "./people.ts";

const W = `/workspaces/${WORKSPACE.slug}`;

let harness: Harness;
let ada: Person;
let project: string;
let item: string;

/** The day so many days from now. */
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  const made = await ada.call<{ id: string }>("POST", `${W}/projects/`, { name: "Mill", identifier: "MILL" });
  project = `${W}/projects/${made.id}/`;
  await ada.call("PATCH", project, { cycle_view: true, module_view: true });
  await ada.call("POST", `${project}cycles/`, {
    name: "Spring",
    project_id: made.id,
    start_date: day(-30),
    end_date: day(300),
  });
  for (const name of ["Wheel", "Stones"]) await ada.call("POST", `${project}modules/`, { name });
  const estimate = await ada.call<{ id: string }>("POST", `${project}estimates/`, { name: "Points", type: "points" });
  await ada.call("POST", `${project}estimates/${estimate.id}/estimate-points/`, {
    estimate_points: [
      { key: 1, value: "3" },
      { key: 2, value: "5" },
    ],
  });
  item = (await ada.call<{ id: string }>("POST", `${project}work-items/`, { name: "Dress the millstones" })).id;
});
afterAll(() => harness?.close());

describe("an item", () => {
  it("is put into a cycle and modules and estimated in place, also by keys, and undo takes it back", async () => {
    const { page } = ada;
    await page.goto(`/${WORKSPACE.slug}/item/MILL-1`);
    const facts = page.getByRole("complementary", { name: "Details" });
    await facts.getByRole("button", { name: "Add property" }).click();
    await page.getByRole("menuitem", { name: "Cycle" }).click();
    await page.getByRole("option", { name: /Spring/ }).click();
    await facts.getByRole("button", { name: "Cycle: Spring" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+m");
    await page.getByRole("combobox", { name: "Set module" }).waitFor();
    for (const name of ["Stones", "Wheel"]) await page.getByRole("option", { name }).click();
    await page.keyboard.press("Escape");
    await facts.getByRole("button", { name: /^Module: (Stones, Wheel|Wheel, Stones)$/ }).waitFor();
    await page.keyboard.press("Shift+e");
    await page.getByRole("option", { name: "5" }).click();
    await facts.getByRole("button", { name: "Estimate: 5" }).waitFor();
    await shoot(page, "planning");
    await checkAxe(page, "the properties of planning");

    const inCycle = async () => {
      const { results } = await ada.call<{ results: { id: string }[] }>("GET", `${project}cycles/`);
      return ada.call<{ results: { id: string }[] }>("GET", `${project}cycles/${results[0]?.id}/cycle-issues/`);
    };
    await expect.poll(async () => (await inCycle()).results.map(({ id }) => id), { timeout: 8000 }).toEqual([item]);
    await facts.getByRole("button", { name: "Cycle: Spring" }).click();
    await page.getByRole("option", { name: "No cycle" }).click();
    await facts.getByRole("button", { name: /^Cycle/ }).waitFor({ state: "detached" });
    await expect.poll(async () => (await inCycle()).results, { timeout: 8000 }).toEqual([]);
    await page.keyboard.press("Control+z");
    await facts.getByRole("button", { name: "Cycle: Spring" }).waitFor();
    await expect.poll(async () => (await inCycle()).results.map(({ id }) => id), { timeout: 8000 }).toEqual([item]);
  });

  it("is shown with all of it beside a list, in both themes and on a phone", async () => {
    for (const theme of THEMES) {
      const { page } = await harness.signedIn({ theme });
      await page.goto(`/${WORKSPACE.slug}/p/MILL/items?layout=list&peek=MILL-1`);
      await page.getByRole("button", { name: "Cycle: Spring" }).first().waitFor();
      await shoot(page, `planning-peek-${theme}`);
    }
    const { page } = await harness.signedIn(SIZES.phone);
    await page.goto(`/${WORKSPACE.slug}/p/MILL/items?layout=list&peek=MILL-1`);
    await page.getByRole("button", { name: "Cycle: Spring" }).first().waitFor();
    await shoot(page, "planning-peek-phone");
  });
});

describe("a guest", () => {
  it("sees values in the list and changes nothing, but adds files to what he sees", async () => {
    const gina = { email: "gina@engines.test", password: "a perfectly good phrase", first_name: "Gina" };
    addPerson(harness.server.data, gina);
    const members = await ada.call<{ id: string; email: string }[]>("GET", `${W}/members/`);
    const member = members.find(({ email }) => email === gina.email)?.id;
    await ada.call("PATCH", project, { guest_view_all_features: true });
    await ada.call("POST", `${project}project-members/`, { member, role: 5 });
    const { page } = await harness.signedIn(gina);
    await page.goto(`/${WORKSPACE.slug}/p/MILL/items?layout=list`);
    const row = page.getByRole("row").filter({ hasText: "Dress the millstones" });
    await row.waitFor();
    expect(await row.getByRole("button", { name: /^State:/ }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "New item" }).count()).toBe(0);
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await page.keyboard.press("#");
    expect(await row.getByRole("textbox").count()).toBe(0);
    await shoot(page, "guest-list");
    await page.keyboard.press("Enter");
    const peek = page.getByRole("complementary", { name: "Item MILL-1" });
    await peek.getByRole("heading", { name: "Dress the millstones" }).waitFor();
    await peek.getByRole("button", { name: "Add to item" }).click();
    await page.getByRole("menuitem", { name: "File" }).waitFor();
    expect(await page.getByRole("menuitem").allTextContents()).toEqual(["File"]);
    await shoot(page, "guest-peek");
  });
});
