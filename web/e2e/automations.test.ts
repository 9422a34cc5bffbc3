/** The automations of a project: written, tried out, acting, looked at, by those who may. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, inBothThemes, type Person, SIZES, settled, shoot, start, WORKSPACE } from "./harness.ts";
import { addPerson } from "./people.ts";

const BOB = { email: "bob@example.com", password: "seven lamps on a green hill", first_name: "Bob" };
const GINA = { email: "gina@example.com", password: "nine boats on a grey lake", first_name: "Gina" };
const AT = `/${WORKSPACE.slug}/p/DIFF/settings/automations`;

interface Named {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
}

let harness: Harness;
let ada: Person;
let path: string;
let states: readonly Named[];
let bug: Named;

beforeAll(async () => {
  harness = await start();
  for (const person of [BOB, GINA]) addPerson(harness.server.data, person);
  ada = await harness.signedIn();
  const projects = `/workspaces/${WORKSPACE.slug}/projects/`;
  const project = await ada.call<Named>("POST", projects, { name: "Difference engine", identifier: "DIFF" });
  path = `${projects}${project.id}/`;
  const members = await ada.call<readonly { id: string; email: string }[]>(
    "GET",
    `/workspaces/${WORKSPACE.slug}/members/`,
  );
  for (const [person, role] of [
    [BOB, 15],
    [GINA, 5],
  ] as const) {
    const member = members.find(({ email }) => email === person.email)?.id;
    await ada.call("POST", `${path}members/`, { member, role });
  }
  states = (await ada.call<{ results: readonly Named[] }>("GET", `${path}states/`)).results;
  bug = await ada.call<Named>("POST", `${path}labels/`, { name: "Bug", color: "#d9534f" });
});
afterAll(() => harness?.close());

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly is_enabled: boolean;
  readonly setting: string | null;
  readonly trigger: Record<string, unknown>;
  readonly filters: Record<string, unknown>;
  readonly actions: readonly Record<string, unknown>[];
}

const rules = async () => (await ada.call<{ results: readonly Rule[] }>("GET", `${path}automations/`)).results;
const list = (page: Page) => page.getByRole("list", { name: "Automations" });
const createItem = (body: unknown) => ada.call<{ id: string }>("POST", `${path}work-items/`, body);

async function add(page: Page, kind: string): Promise<void> {
  await page.getByRole("button", { name: "Add action" }).click();
  await page.getByRole("menuitem", { name: kind, exact: true }).click();
}

/** Keeps what is asked next at an address from the server until the returned function is called. */
async function held(page: Page, address: string): Promise<() => void> {
  const gate = new EventTarget();
  const opened = new Promise<unknown>((resolve) => gate.addEventListener("open", resolve));
  await page.route(address, (route) => opened.then(() => route.continue()), { times: 1 });
  return () => void gate.dispatchEvent(new Event("open"));
}

async function sends(page: Page, act: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForRequest((request) => request.method() === "PATCH"), act()]);
}

describe("automations", { timeout: 90_000 }, () => {
  it("begin with a template, and say what the server refuses where it belongs", async () => {
    const { page } = ada;
    await page.goto(AT);
    await page.getByRole("link", { name: "Automations", exact: true }).waitFor();
    await page.getByText("There are no automations yet.").waitFor();
    await inBothThemes(page, "automations-empty", (picture) => shoot(page, picture));
    await page.getByRole("button", { name: "Urgent bugs go to whoever has time" }).click();
    const form = page.getByRole("form", { name: "New automation" });
    expect(await form.getByLabel("Name").inputValue()).toBe("Urgent bugs");
    await form.getByText("When labels or the priority change, if label is Bug and priority is Urgent:").waitFor();
    await form.getByLabel("Name").fill("");
    await add(page, "Set state");
    await add(page, "Tell people");
    await form.getByRole("button", { name: "Create automation" }).click();
    await form.getByText("Look at the fields that are marked.").waitFor();
    await expect.poll(() => form.getByLabel("Name").evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await form.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    const lines = form.getByRole("list", { name: "Actions" }).getByRole("listitem");
    await lines.nth(1).getByRole("alert").waitFor();
    expect(await lines.nth(0).getByRole("alert").count()).toBe(0);
    await inBothThemes(page, "automations-refused", (picture) => shoot(page, picture));

    await form.getByLabel("Name").fill("Bugs");
    await lines.nth(1).getByRole("button", { name: "State" }).click();
    await page.getByRole("option", { name: "In Progress" }).click();
    await lines.nth(2).getByLabel("Message").fill("Have a look");
    await lines.nth(2).getByLabel("Message").press("Alt+Shift+ArrowUp");
    await lines.nth(1).getByLabel("Message").waitFor();
    await lines.nth(1).getByRole("button", { name: "More about action 2" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.keyboard.press("Control+Enter");
    await list(page).getByRole("button", { name: "Bugs", exact: true }).waitFor();
    const [rule] = await rules();
    expect(rule).toMatchObject({
      name: "Bugs",
      trigger: { kind: "item_changed", fields: ["labels", "priority"] },
      filters: { and: [{ label_id__in: [bug.id] }, { priority__in: ["urgent"] }] },
    });
    expect(rule?.actions.map(({ kind }) => kind)).toEqual(["assign", "set_state"]);
    expect(rule?.actions[0]?.members).toHaveLength(2);
  });

  it("are changed, condition by condition, and nothing typed is lost", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page).getByRole("button", { name: "Bugs", exact: true }).click();
    const form = page.getByRole("form", { name: "Edit automation" });
    await form.getByLabel("When").selectOption("An item is created");
    await form.getByRole("group", { name: "Filter priority is Urgent" }).getByLabel("Remove filter").click();
    await form.getByRole("button", { name: "Add condition" }).click();
    await page.getByRole("combobox", { name: "Filter by" }).fill("due");
    await page.getByRole("option", { name: "Due date", exact: true }).click();
    await page.getByRole("combobox", { name: "Due date" }).fill("2031-05-04");
    await page.keyboard.press("Enter");
    await form.getByText("When an item is created, if label is Bug and due date is before 4 May 2031:").waitFor();
    await page.goBack();
    await list(page).getByRole("button", { name: "Bugs", exact: true }).click();
    await form.getByText("due date is before 4 May 2031").waitFor();
    // Somebody else is faster.
    const [rule] = await rules();
    await ada.call("PATCH", `${path}automations/${rule?.id}/`, { name: "Bugs of all" });
    await form.getByRole("button", { name: "Save automation" }).click();
    await form.getByText("Somebody else saved this automation").waitFor();
    await form
      .getByRole("group", { name: /^Filter due date/ })
      .getByLabel("Remove filter")
      .click();
    await form.getByRole("button", { name: "Save mine" }).click();
    await list(page).getByText("When an item is created, if label is Bug:").waitFor();
    expect((await rules())[0]).toMatchObject({
      name: "Bugs",
      trigger: { kind: "item_created" },
      filters: { label_id__in: [bug.id] },
    });
  });

  it("are not saved for every item while a condition has no value", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page).getByRole("button", { name: "Bugs", exact: true }).click();
    const form = page.getByRole("form", { name: "Edit automation" });
    const chip = form.getByRole("group", { name: /^Filter label is/ });
    const value = chip.getByRole("button", { name: /^(Bug|choose…)$/ });
    await value.click();
    await page.getByRole("option", { name: "Bug" }).click();
    await page.keyboard.press("Escape");
    await form.getByText("When an item is created, if label is …:").waitFor();
    await form.getByLabel("Name").press("Control+Enter");
    await form.getByText("Choose at least one value, or remove the condition.").waitFor();
    await expect.poll(() => value.evaluate((field) => field === document.activeElement)).toBe(true);
    await form.getByRole("button", { name: "Try it out" }).click();
    expect(await page.getByRole("region", { name: "Try it out" }).count()).toBe(0);
    expect((await rules())[0]?.filters).toEqual({ label_id__in: [bug.id] });
    await value.click();
    await page.getByRole("option", { name: "Bug" }).click();
    await page.keyboard.press("Escape");
    await form.getByRole("button", { name: "Save automation" }).click();
    await list(page).getByText("When an item is created, if label is Bug:").waitFor();
  });

  it("keep what is typed while a save is on its way, and let nobody be fetched back by it", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page).getByRole("button", { name: "Bugs", exact: true }).click();
    const form = page.getByRole("form", { name: "Edit automation" });
    await form.getByLabel("Name").fill("Bugs of old");
    const answerFirst = await held(page, "**/automations/*/");
    await sends(page, () => form.getByLabel("Name").press("Control+Enter"));
    await form.getByLabel("Name").fill("Bugs");
    answerFirst();
    await page.getByText("What you typed since is not saved yet.").waitFor();
    expect((await rules())[0]?.name).toBe("Bugs of old");
    expect(await form.getByLabel("Name").inputValue()).toBe("Bugs");
    await expect.poll(() => form.getByRole("button", { name: "Save automation" }).isEnabled()).toBe(true);
    const answerSecond = await held(page, "**/automations/*/");
    await sends(page, () => form.getByLabel("Name").press("Control+Enter"));
    await page.getByRole("link", { name: "Labels", exact: true }).click();
    await form.waitFor({ state: "detached" });
    answerSecond();
    await page.getByText("Saved “Bugs”", { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe(AT.replace("automations", "labels"));
    expect((await rules())[0]?.name).toBe("Bugs");
  });

  it("keep one's own where theirs cannot be read", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page).getByRole("button", { name: "Bugs", exact: true }).click();
    const form = page.getByRole("form", { name: "Edit automation" });
    await form.getByLabel("Name").fill("My bugs");
    const [rule] = await rules();
    await ada.call("PATCH", `${path}automations/${rule?.id}/`, { name: "Their bugs" });
    await form.getByRole("button", { name: "Save automation" }).click();
    await page.route("**/automations/*/", (route) => route.fulfill({ status: 500, json: { error: "It broke." } }), {
      times: 1,
    });
    await form.getByRole("button", { name: "Take theirs" }).click();
    await form.getByText("Theirs could not be read, and yours is still here. It broke.").waitFor();
    expect(await form.getByLabel("Name").inputValue()).toBe("My bugs");
    await form.getByRole("button", { name: "Take theirs" }).click();
    await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("Their bugs");
    await form.getByLabel("Name").fill("Bugs");
    await form.getByRole("button", { name: "Save automation" }).click();
    await list(page).getByRole("button", { name: "Bugs", exact: true }).waitFor();
  });

  it("can be tried out on what happened, and write nothing", async () => {
    const { page } = ada;
    for (const name of ["It leaks", "It squeaks"]) await createItem({ name });
    await page.goto(AT);
    await list(page).waitFor();
    await page.keyboard.press("n");
    const form = page.getByRole("form", { name: "New automation" });
    await add(page, "Set priority");
    await form.getByRole("button", { name: "Try it out" }).click();
    const found = page.getByRole("region", { name: "Try it out" });
    await found.getByText(/^It would have acted \d+ times in the last 7 days\.$/).waitFor();
    const occasion = found.getByRole("list", { name: "Occasions" }).getByRole("listitem").first();
    await occasion.getByText("Priority set to Urgent").waitFor();
    await occasion.getByText("DIFF-1").waitFor();
    // Until the other span has answered, nothing is said of it.
    const answer = await held(page, "**/automations/dry-run/");
    await found.getByLabel("Within").selectOption("Last 31 days");
    await found.getByText("Going through the last 31 days…").waitFor();
    expect(await found.getByRole("list", { name: "Occasions" }).count()).toBe(0);
    answer();
    await found.getByText(/^It would have acted \d+ times in the last 31 days\.$/).waitFor();
    await found.getByText("What this cannot tell").click();
    await found.getByText("is not played through").waitFor();
    await inBothThemes(page, "automations-tried", (picture) => shoot(page, picture));
    await add(page, "Add labels");
    await form.getByRole("button", { name: "Try it out" }).click();
    await form.getByRole("alert").first().waitFor();
    await form.getByRole("button", { name: "Cancel" }).click();
    await list(page).waitFor();
    expect(await rules()).toHaveLength(1);
  });

  it("act while they are on, and tell what they did", async () => {
    const { page } = ada;
    await page.goto(AT);
    const toggle = list(page).getByRole("switch", { name: "Automation Bugs" });
    await toggle.click();
    await expect.poll(async () => (await rules())[0]?.is_enabled).toBe(false);
    await toggle.click();
    await expect.poll(async () => (await rules())[0]?.is_enabled).toBe(true);
    await list(page).getByRole("button", { name: "More about Bugs" }).click();
    await page.getByRole("menuitem", { name: "What it did" }).click();
    await page.getByText("It has not acted yet.").waitFor();
    const item = await createItem({ name: "It stands still", labels: [bug.id] });
    const started = states.find(({ group }) => group === "started")?.id;
    const now = () => ada.call<{ state: string; assignees: readonly string[] }>("GET", `${path}work-items/${item.id}/`);
    await expect.poll(async () => (await now()).state, { timeout: 15_000 }).toBe(started);
    await page.reload();
    const run = page.getByRole("list", { name: "Runs" }).getByRole("listitem").first();
    await run.getByText("Done: Assigned to Ada Lovelace, state set to In Progress").waitFor();
    await run.getByRole("link", { name: "It stands still" }).waitFor();
    await inBothThemes(page, "automations-runs", (picture) => shoot(page, picture));
    // What somebody touched since is not taken back; then it is.
    const other = states.find(({ name }) => name === "Done")?.id;
    await ada.call("PATCH", `${path}work-items/${item.id}/`, { state: other });
    await run.getByRole("button", { name: /^Take back/ }).click();
    await run.getByText("Not taken back: since then somebody changed state (by Ada Lovelace).").waitFor();
    const second = await createItem({ name: "It rattles", labels: [bug.id] });
    const then = () => ada.call<{ state: string }>("GET", `${path}work-items/${second.id}/`);
    await expect.poll(async () => (await then()).state, { timeout: 15_000 }).toBe(started);
    await page.reload();
    await run.getByRole("link", { name: "It rattles" }).waitFor();
    await run.getByRole("button", { name: /^Take back/ }).click();
    await run.getByText("Taken back").waitFor();
    expect((await then()).state).not.toBe(started);
  });

  it("archive and close by the settings of the project, which are not listed twice", async () => {
    const { page } = ada;
    await page.goto(AT);
    await page.getByText("become Cancelled").waitFor();
    await page.getByRole("combobox", { name: "Close open items" }).selectOption("After 3 months");
    await page.getByText("Close open items: After 3 months").waitFor();
    expect(await ada.call("GET", path)).toMatchObject({ close_in: 3, archive_in: 0 });
    await page.getByRole("button", { name: "What it did: Close open items" }).click();
    await page.getByText("Every day at 01:00, on items that nobody changed for 90 days").waitFor();
    await page.getByRole("button", { name: "All automations" }).click();
    await list(page).waitFor();
    expect(await list(page).getByRole("listitem").count()).toBe(1);
    expect((await rules()).map(({ setting }) => setting)).toContain("close_in");
  });

  it("are read by members, and not seen by guests", async () => {
    const bob = await harness.signedIn({ ...BOB, ...SIZES.phone });
    await bob.page.goto(AT);
    await bob.page.getByText("Admins of the project change these.").waitFor();
    expect(await bob.page.getByRole("combobox", { name: "Close open items" }).isDisabled()).toBe(true);
    expect(await bob.page.getByRole("button", { name: "Create automation" }).count()).toBe(0);
    expect(await bob.page.getByRole("switch").count()).toBe(0);
    await list(bob.page).getByRole("button", { name: "Bugs", exact: true }).click();
    await bob.page.getByRole("list", { name: "Runs" }).waitFor();
    expect(await bob.page.getByRole("button", { name: /^Take back/ }).count()).toBe(0);
    await bob.page.goto(`${AT}?edit=new`);
    await list(bob.page).waitFor();
    await bob.context.close();
    const gina = await harness.signedIn(GINA);
    await gina.page.goto(AT);
    await gina.page.getByText("Guests do not see the automations of a project.").waitFor();
    await gina.page.getByRole("link", { name: "Labels" }).waitFor();
    expect(await gina.page.getByRole("link", { name: "Automations" }).count()).toBe(0);
    await gina.context.close();
  });

  it("are made by the dozen", async () => {
    const there = await rules();
    for (let count = 1; count < 8; count++) {
      if (there.some(({ name }) => name.startsWith(`${count} `))) continue;
      await ada.call("POST", `${path}automations/`, {
        name: `${count} Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ${"und so weiter ".repeat(count)}`,
        is_enabled: count % 3 !== 0,
        trigger:
          count % 2 ? { kind: "due_soon", days: 3, hour: 8 } : { kind: "item_changed", fields: ["state", "labels"] },
        filters: count % 2 ? {} : { or: [{ label_id: bug.id }, { priority__in: ["urgent", "high"] }] },
        actions: [
          { kind: "notify", to: ["assignees", "subscribers"], message: "Due in three days or less. ".repeat(3) },
          { kind: "add_labels", labels: [bug.id] },
        ],
      });
    }
    expect((await rules()).filter(({ name }) => /^\d /.test(name))).toHaveLength(7);
  });

  it.each(Object.entries(SIZES))(
    "fit %s, hold with many, and say when the server fails",
    { timeout: 120_000 },
    async (size, view) => {
      const { page, context } = await harness.signedIn(view);
      const fits = async (what: string) => {
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wider, `${what} is wider than the window`).toBeLessThanOrEqual(0);
      };
      // One that the server has paused.
      await page.route("**/automations/?**", async (route) => {
        const response = await route.fetch();
        const body = (await response.json()) as { results: Record<string, unknown>[] };
        const paused = { is_enabled: false, paused_at: "2026-01-02T10:00:00Z" };
        const results = body.results.map((rule, at) => (at === 2 ? { ...rule, ...paused } : rule));
        await route.fulfill({ response, json: { ...body, results } });
      });
      await page.goto(AT);
      await list(page).getByRole("listitem").nth(7).waitFor();
      await list(page).getByText("Switching it on ends the pause.").waitFor();
      await inBothThemes(page, `automations-full-${size}`, (picture) => shoot(page, picture));
      await fits("the list");
      await list(page).getByRole("listitem").nth(2).getByRole("button").first().click();
      // No chip says "or": it stands there in words.
      await page
        .getByRole("button", { name: "Remove the condition: label is Bug or priority is Urgent or High" })
        .waitFor();
      await settled(page);
      await inBothThemes(page, `automations-edit-${size}`, (picture) => shoot(page, picture));
      await fits("the editor");
      await page.route("**/automations/**", (route) => route.fulfill({ status: 500, json: { error: "It broke." } }));
      await page.getByLabel("Name").fill("Anything");
      await page.getByRole("button", { name: "Save automation" }).click();
      await page.getByText("Not done. It broke.").waitFor();
      expect(await page.getByLabel("Name").inputValue()).toBe("Anything");
      await page.goto(AT);
      await page.getByText("It broke. This is how it was last seen.").waitFor();
      await list(page).waitFor();
      await context.close();
      const fresh = await harness.signedIn(view);
      await fresh.page.route("**/automations/**", (route) => route.fulfill({ status: 500, body: "" }));
      await fresh.page.goto(AT);
      await fresh.page.getByRole("button", { name: "Try again" }).waitFor();
      await inBothThemes(fresh.page, `automations-failing-${size}`, (picture) => shoot(fresh.page, picture));
      await fresh.context.close();
    },
  );

  it("are looked up without the server as they were seen last, and deleted by name", async () => {
    const { page, context } = ada;
    await page.goto(AT);
    await list(page).waitFor();
    await context.setOffline(true);
    await list(page).getByRole("switch", { name: "Automation Bugs" }).click();
    await page.getByText("“Bugs” was not switched off").waitFor();
    expect(await list(page).getByRole("switch", { name: "Automation Bugs" }).getAttribute("aria-checked")).toBe("true");
    await page.getByText("Automations are changed on the server").waitFor();
    await shoot(page, "automations-offline");
    await context.setOffline(false);
    await list(page).getByRole("button", { name: "More about Bugs" }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
    await page.getByRole("form", { name: "New automation" }).getByLabel("Name").press("Control+Enter");
    await list(page).getByRole("button", { name: "Bugs (copy)", exact: true }).waitFor();
    await list(page).getByRole("button", { name: "More about Bugs (copy)" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("“Bugs (copy)”").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete automation" }).click();
    await list(page).getByRole("button", { name: "Bugs (copy)", exact: true }).waitFor({ state: "detached" });
    expect((await rules()).filter(({ setting }) => !setting)).toHaveLength(8);
  });
});
