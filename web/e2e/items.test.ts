/** Lists and boards of items: keys, pickers, filters, bulk changes, dragging, and what the address says. */

import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADA, checkAxe, type Harness, type Person, SIZES, shoot, start, THEMES, WORKSPACE } from "./harness.ts";

const W = `/workspaces/${WORKSPACE.slug}`;
const ITEMS = `/${WORKSPACE.slug}/p/LIFT/items`;
const TITLES = [
  "Grease the rails",
  "Hang the door",
  "Paint the cabin",
  "Ring the bell",
  "Test the brake",
  "Wire the motor",
];

interface Item {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly priority: string;
  readonly sort_order: number;
}

let harness: Harness;
let ada: Person;
let page: Page;
let project: { id: string };
let states: { id: string; name: string }[];

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  page = ada.page;
});
afterAll(() => harness?.close());

/** Each test begins with a project of its own making and no remembered view. */
beforeEach(async () => {
  if (project) await ada.call("DELETE", `${W}/projects/${project.id}/`);
  project = await ada.call("POST", `${W}/projects/`, { name: "Lift", identifier: "LIFT" });
  states = (await ada.call<{ results: typeof states }>("GET", `${W}/projects/${project.id}/states/`)).results;
  for (const name of TITLES) {
    await ada.call("POST", `${W}/projects/${project.id}/work-items/`, { name, state: stateId("Todo") });
  }
  await show("?layout=list");
});

function stateId(name: string): string {
  const state = states.find((row) => row.name === name);
  if (!state) throw new Error(`There is no state ${name}`);
  return state.id;
}

async function show(search: string, on: Page = page): Promise<void> {
  await on.goto(`${ITEMS}${search}`);
  await on.getByRole("grid").or(on.locator(".board")).first().waitFor();
}

const row = (name: string): Locator => page.getByRole("row").filter({ hasText: name });
const card = (name: string): Locator => page.locator(".card").filter({ hasText: name });
const column = (name: string): Locator =>
  page.locator(".board-column").filter({ has: page.getByRole("heading", { name }) });

/** What the server holds once the browser has sent everything. */
async function held(name: string, check: (item: Item) => void): Promise<void> {
  await expect
    .poll(
      async () => {
        const { results } = await ada.call<{ results: Item[] }>("GET", `${W}/projects/${project.id}/work-items/`);
        const item = results.find((one) => one.name === name);
        if (!item) return "gone";
        try {
          check(item);
          return "as wanted";
        } catch (error) {
          return String(error);
        }
      },
      { timeout: 8000 },
    )
    .toBe("as wanted");
}

async function titles(): Promise<string[]> {
  return page.locator("[data-item] [data-title]").allTextContents();
}

/** Puts the focus on the row of this title, by keys only. */
async function walkTo(name: string): Promise<void> {
  const focused = page.locator("[data-focused]");
  await page.keyboard.press("Home");
  for (let step = 0; step < TITLES.length; step++) {
    const id = await focused.getAttribute("data-item");
    if ((await focused.textContent())?.includes(name)) return;
    await page.keyboard.press("j");
    await expect.poll(() => focused.getAttribute("data-item")).not.toBe(id);
  }
  throw new Error(`${name} was not reached`);
}

describe("the list by keys", () => {
  it("sets state and priority in place and takes it back", async () => {
    await walkTo("Paint the cabin");
    await page.keyboard.press("s");
    await page.getByRole("combobox", { name: "Set state" }).waitFor();
    await page.keyboard.type("in prog");
    await page.keyboard.press("Enter");
    await row("Paint the cabin").getByRole("button", { name: "State: In Progress" }).waitFor();
    await page.keyboard.press("p");
    await page.getByRole("combobox", { name: "Set priority" }).waitFor();
    await page.keyboard.type("urgent");
    await page.keyboard.press("Enter");
    await held("Paint the cabin", ({ state, priority }) => {
      expect(state).toBe(stateId("In Progress"));
      expect(priority).toBe("urgent");
    });
    await page.keyboard.press("Control+z");
    await row("Paint the cabin").getByRole("button", { name: "Priority: No priority" }).waitFor();
  });

  it("renames, and leaves the name on Escape", async () => {
    await walkTo("Hang the door");
    await page.keyboard.press("e");
    await page.keyboard.type("Hang both doors");
    await page.keyboard.press("Enter");
    await row("Hang both doors").waitFor();
    await page.keyboard.press("e");
    await page.keyboard.type("Nonsense");
    await page.keyboard.press("Escape");
    await held("Hang both doors", () => undefined);
    expect(await titles()).not.toContain("Nonsense");
  });

  it("changes many at once, as one step", async () => {
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+J");
    await page.keyboard.press("Shift+J");
    await page.getByText("3 selected").waitFor();
    await page.keyboard.press("p");
    await page.getByRole("combobox", { name: "Set priority" }).waitFor();
    await page.keyboard.type("high");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("button", { name: "Priority: High" }).count()).toBe(3);
    for (const view of [SIZES.phone, SIZES.wide]) {
      await page.setViewportSize(view);
      // What is said stands above the bar of what is chosen, not over it.
      const message = await page.getByText("Set priority of 3 items").boundingBox();
      const bar = await page.getByLabel("Chosen items").boundingBox();
      expect((message?.y ?? 0) + (message?.height ?? 0)).toBeLessThan(bar?.y ?? 0);
    }
    await page.keyboard.press("Control+z");
    await expect.poll(() => page.getByRole("button", { name: "Priority: High" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByText("3 selected").waitFor({ state: "detached" });
  });

  it("keeps what is focused and chosen in another layout, where the keys go on", async () => {
    await walkTo("Paint the cabin");
    await page.keyboard.press("x");
    await page.keyboard.press("v");
    await page.keyboard.press("2");
    await card("Paint the cabin").and(page.locator("[data-focused][data-chosen]")).waitFor();
    await page.keyboard.press("v");
    await page.keyboard.press("1");
    await row("Paint the cabin").and(page.locator("[data-focused][data-chosen]")).waitFor();
    await page.keyboard.press("j");
    await row("Paint the cabin").and(page.locator(":not([data-focused])")).waitFor();
    await page.locator("[role=row][data-focused]").waitFor();
    await page.keyboard.press("Escape");
  });

  it("makes one item after the other at the end of a group", async () => {
    await page.getByRole("row").getByRole("button", { name: "Add item", exact: true }).last().click();
    await page.keyboard.type("Oil the pulley");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Call the inspector");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await held("Oil the pulley", ({ state }) => expect(state).toBe(stateId("Todo")));
    await held("Call the inspector", () => undefined);
    expect((await titles()).slice(-2)).toEqual(["Oil the pulley", "Call the inspector"]);
  });
});

describe("filters", () => {
  beforeEach(async () => {
    await walkTo("Ring the bell");
    await page.keyboard.press("p");
    await page.getByRole("combobox", { name: "Set priority" }).waitFor();
    await page.keyboard.type("urgent");
    await page.keyboard.press("Enter");
    await row("Ring the bell").getByRole("button", { name: "Priority: Urgent" }).waitFor();
  });

  it("show what is urgent after two interactions, and say so in the address", async () => {
    await page.keyboard.press("f");
    await page.getByRole("combobox", { name: "Filter by" }).waitFor();
    await page.keyboard.type("urgent");
    await page.keyboard.press("Enter");
    await expect.poll(titles).toEqual(["Ring the bell"]);
    await expect.poll(() => new URL(page.url()).searchParams.get("f")).toContain("priority:urgent");
    await page.reload();
    await expect.poll(titles).toEqual(["Ring the bell"]);
    await page.goto(ITEMS);
    // Without a word in the address the list is as it was last looked at.
    await expect.poll(titles).toEqual(["Ring the bell"]);
    await page.keyboard.press("Shift+F");
    await expect.poll(async () => (await titles()).length).toBe(TITLES.length);
  });

  it("are typed, completed, and tell what is wrong", async () => {
    await page.keyboard.press("Shift+L");
    const field = page.getByRole("combobox", { name: "Filter as text" });
    await field.fill("prio");
    await page.getByRole("option", { name: /Priority/ }).click();
    await page.keyboard.type("urg");
    await page.getByRole("option", { name: /urgent/i }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(titles).toEqual(["Ring the bell"]);
    await field.fill("priority:loud");
    await page.getByText("There is no priority “loud”.").waitFor();
    await field.fill("-priority:urgent door");
    await expect.poll(titles).toEqual(["Hang the door"]);
  });

  it("that match nothing offer to be cleared", async () => {
    await page.goto(`${ITEMS}?layout=list&f=priority:low`);
    await page.getByText(`0 of ${TITLES.length} items match the filter.`).waitFor();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await expect.poll(async () => (await titles()).length).toBe(TITLES.length);
  });

  it("that match nothing leave their keys working", async () => {
    await page.keyboard.press("f");
    await page.getByRole("combobox", { name: "Filter by" }).waitFor();
    await page.keyboard.type("low");
    await page.keyboard.press("Enter");
    await page.getByText(`0 of ${TITLES.length} items match the filter.`).waitFor();
    await page.keyboard.press("f");
    await page.getByRole("combobox", { name: "Filter by" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "Filter by" }).waitFor({ state: "detached" });
    await page.keyboard.press("Shift+F");
    await expect.poll(async () => (await titles()).length).toBe(TITLES.length);
  });
});

describe("the board", () => {
  beforeEach(() => show("?layout=board"));

  it("moves a card by the pointer, to the place where it was dropped", async () => {
    await drag(card("Wire the motor"), column("In Progress").locator(".board-scroll"));
    await column("In Progress").getByText("Wire the motor").waitFor();
    await held("Wire the motor", ({ state }) => expect(state).toBe(stateId("In Progress")));
  });

  it("moves cards by keys", async () => {
    await page.locator(".board").focus();
    await page.keyboard.press("ArrowDown");
    const [first, second] = await titles();
    await page.keyboard.press("Alt+Shift+ArrowDown");
    await expect.poll(async () => (await titles()).slice(0, 2)).toEqual([second, first]);
    await page.keyboard.press("Alt+Shift+ArrowRight");
    await column("In Progress")
      .getByText(first ?? "")
      .waitFor();
    await held(first ?? "", ({ state }) => expect(state).toBe(stateId("In Progress")));
  });

  async function drag(from: Locator, to: Locator): Promise<void> {
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    if (!a || !b) throw new Error("Nothing to drag");
    await page.mouse.move(a.x + a.width / 2, a.y + 10);
    await page.mouse.down();
    await page.mouse.move(a.x + a.width / 2 + 8, a.y + 24, { steps: 4 });
    await page.mouse.move(b.x + b.width / 2, b.y + 30, { steps: 10 });
    await page.mouse.up();
  }
});

describe("accessibility", () => {
  it.each(THEMES.flatMap((theme) => (["wide", "phone"] as const).map((size) => [theme, size] as const)))(
    "of list and board: %s, %s",
    async (theme, size) => {
      const { page: own, context } = await harness.signedIn({ ...ADA, ...SIZES[size], theme });
      await show("?layout=list", own);
      await own.locator("[data-item]").first().waitFor();
      await checkAxe(own, `list ${theme} ${size}`);
      await shoot(own, `items-list-${theme}-${size}`);
      await show("?layout=board", own);
      await own.locator(".card").first().waitFor();
      await checkAxe(own, `board ${theme} ${size}`);
      await shoot(own, `items-board-${theme}-${size}`);
      await context.close();
    },
  );

  it("of pickers, the filter and the dialog for a new item", async () => {
    await page.keyboard.press("Home");
    await page.keyboard.press("x");
    await page.keyboard.press("l");
    await page.getByRole("combobox", { name: "Set label" }).waitFor();
    await checkAxe(page, "label picker and bulk bar");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+L");
    await page.getByRole("combobox", { name: "Filter as text" }).waitFor();
    await checkAxe(page, "typed filter");
    await page.keyboard.press("Escape");
    await page.keyboard.press("c");
    await page.getByRole("textbox", { name: "Title" }).waitFor();
    await checkAxe(page, "new item");
  });
});
