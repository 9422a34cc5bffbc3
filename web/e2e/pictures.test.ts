/** The example data on every kind of screen, in both themes, wide and on a phone: the pictures of the documentation. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  ADA,
  type Call,
  checkAxe,
  type Harness,
  inBothThemes,
  SIZES,
  settled,
  shoot,
  start,
  WORKSPACE,
} from "./harness.ts";
import { addPerson } from "./people.ts";

interface Screen {
  readonly path: string;
  /** What is there once it is complete. */
  readonly text: string;
  /** What is opened on it. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** What has no place on a phone, or is opened there in another way. */
  readonly wide?: boolean;
}

const LIST = "/demo/p/PLAT/items?layout=list";
const INBOX = `/${WORKSPACE.slug}/inbox`;
const press = (keys: string, label: string) => async (page: Page) => {
  await page.keyboard.press(keys);
  await page.getByLabel(label).or(page.getByPlaceholder(label)).first().waitFor();
};
const choose = async (page: Page) => {
  for (const row of [1, 3, 4]) {
    await page.locator("[data-item]").nth(row).hover();
    await page.locator("[data-item]").nth(row).getByRole("checkbox").check();
  }
  await page.getByText("3 selected").waitFor();
};

const SCREENS: Readonly<Record<string, Screen>> = {
  list: { path: LIST, text: "Backlog" },
  board: { path: "/demo/p/PLAT/items?layout=board", text: "In Progress" },
  peek: { path: `${LIST}&peek=PLAT-184`, text: "Activity" },
  item: { path: "/demo/item/PLAT-184", text: "Activity" },
  all: { path: "/demo/items?layout=list&group=priority", text: "Urgent" },
  lanes: { path: "/demo/p/PLAT/items?layout=board&sub=priority", text: "Urgent" },
  mine: { path: "/demo/my/created", text: "You have not created any items yet." },
  people: { path: "/demo/people", text: "Mara" },
  projects: { path: "/demo/projects", text: "Platform" },
  automations: { path: "/demo/p/PLAT/settings/automations", text: "There are no automations yet." },
  automation: {
    path: "/demo/p/PLAT/settings/automations?edit=new&like=urgent-bugs",
    text: "When labels or the priority",
  },
  inbox: { path: INBOX, text: "mentioned you in a comment" },
  "inbox-entry": {
    path: INBOX,
    text: "mentioned you in a comment",
    act: async (page) => {
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Activity" }).waitFor();
      await settled(page);
    },
  },
  "inbox-filtered": { path: `${INBOX}?tab=mentions&unread=true&show=snoozed`, text: "Nothing that fits" },
  "inbox-empty": { path: "/demo/inbox", text: "You are all caught up." },
  webhooks: { path: "/demo/settings/webhooks", text: "There are none yet." },
  webhook: { path: "/demo/settings/webhooks?edit=new", text: "Further events" },
  search: { path: "/demo/search?q=pipeline", text: "pipeline" },
  filtered: { path: `${LIST}&f=priority%3Aurgent%20-is%3Acompleted`, text: "Priority" },
  nothing: { path: `${LIST}&f=text%3Axyzzy`, text: "Clear filters" },
  gone: { path: "/demo/p/NOWHERE/items", text: "There is no project" },
  empty: { path: `/${WORKSPACE.slug}/p/LEER/items?layout=list`, text: "This project has no items yet." },
  long: { path: `/${WORKSPACE.slug}/p/DAMPF/items?layout=list`, text: "Donau" },
  "long-board": { path: `/${WORKSPACE.slug}/p/DAMPF/items?layout=board`, text: "Donau" },
  "long-peek": { path: `/${WORKSPACE.slug}/p/DAMPF/items?layout=list&peek=DAMPF-1`, text: "Activity" },
  "long-item": { path: `/${WORKSPACE.slug}/item/DAMPF-1`, text: "Activity" },
  bulk: { path: LIST, text: "Backlog", act: choose, wide: true },
  create: { path: LIST, text: "Backlog", act: press("c", "Title") },
  filter: { path: LIST, text: "Backlog", act: press("f", "Filter by"), wide: true },
  typed: { path: LIST, text: "Backlog", act: press("Shift+L", "Filter as text"), wide: true },
  display: { path: LIST, text: "Backlog", act: press("Shift+G", "Group by"), wide: true },
  palette: { path: LIST, text: "Backlog", act: press("Control+k", "Search commands and items") },
  keys: { path: LIST, text: "Backlog", act: press("Shift+?", "Keyboard shortcuts"), wide: true },
};

const BOB = { email: "bob@example.com", password: "seven lamps on a green hill", first_name: "Bob" };

/** As long as titles may get in a row that is read, one word of it longer than a phone is wide. */
const LONG = `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und ${"Überprüfung der Abrechnung ".repeat(5)}`;

let harness: Harness;
beforeAll(async () => {
  harness = await start({ demo: true });
  const { context, call } = await harness.signedIn();
  const projects = `/workspaces/${WORKSPACE.slug}/projects/`;
  await call("POST", projects, { name: "Leer", identifier: "LEER" });
  const long = await call<{ id: string }>("POST", projects, { name: LONG.slice(0, 120), identifier: "DAMPF" });
  const at = `${projects}${long.id}/`;
  const label = await call<{ id: string }>("POST", `${at}labels/`, { name: LONG.slice(0, 82), color: "#3b82f6" });
  const item = { name: LONG.slice(0, 200), labels: [label.id], priority: "urgent", target_date: "2020-02-03" };
  for (let count = 0; count < 3; count++) await call("POST", `${at}work-items/`, item);
  await fillInbox(call, at);
  await context.close();
});
afterAll(() => harness?.close());

/** What somebody else does with items of hers. */
async function fillInbox(call: Call, at: string): Promise<void> {
  addPerson(harness.server.data, BOB);
  const { context, call: act } = await harness.signedIn(BOB);
  const members = await call<readonly { id: string; email: string }[]>("GET", `/workspaces/${WORKSPACE.slug}/members/`);
  const idOf = (email: string) => members.find((member) => member.email === email)?.id ?? "";
  await call("POST", `${at}members/`, { member: idOf(BOB.email), role: 15 });
  const { results: items } = await call<{ results: readonly { id: string }[] }>("GET", `${at}work-items/`);
  const mention = `<mention-component entity_name="user_mention" entity_identifier="${idOf(ADA.email)}" label="ada"></mention-component>`;
  for (const { id } of items) {
    await act("PATCH", `${at}work-items/${id}/`, { priority: "low", target_date: null, name: LONG.slice(0, 190) });
    await act("POST", `${at}work-items/${id}/comments/`, { comment_html: `<p>${mention}, ${LONG}</p>` });
  }
  await vi.waitFor(
    async () => {
      const path = `/workspaces/${WORKSPACE.slug}/notifications/unread/`;
      expect(await call<{ total: number }>("GET", path)).toMatchObject({ total: 2 * items.length });
    },
    { timeout: 10_000 },
  );
  await context.close();
}

async function open(page: Page, { path, text, act }: Screen): Promise<void> {
  await page.goto(path);
  await page.locator("main").getByText(text).first().waitFor();
  await settled(page);
  await act?.(page);
}

async function fits(page: Page, name: string): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider, `${name} is wider than the window`).toBeLessThanOrEqual(0);
}

it.each(Object.entries(SIZES))("%s, in both themes", { timeout: 240_000 }, async (size, view) => {
  const { page, context } = await harness.signedIn(view);
  for (const [name, screen] of Object.entries(SCREENS)) {
    if (screen.wide && size !== "wide") continue;
    await open(page, screen);
    await inBothThemes(page, `${name}-${size}`, (picture) => shoot(page, `demo-${picture}`));
    await fits(page, name);
  }
  await context.close();
});

describe.each([
  ["contrast", "High contrast"],
  ["comfortable", "Comfortable"],
])("%s", (name, choice) => {
  it("holds on the screens where work is done", { timeout: 120_000 }, async () => {
    const { page, context } = await harness.signedIn();
    await page.goto("/settings/appearance");
    await page.getByText(choice).click();
    for (const screen of ["list", "board", "item", "inbox", "bulk", "create", "palette", "filtered"]) {
      await open(page, SCREENS[screen] as Screen);
      await checkAxe(page, `${screen}, ${name}`);
      await shoot(page, `demo-${screen}-${name}`);
      await fits(page, `${screen}, ${name}`);
    }
    await context.close();
  });
});

describe.each(
  Object.entries({
    "at 360 pixels": { width: 360, height: 740, touch: true },
    // What a browser lays out when it shows everything at twice its size.
    "at 200 per cent": { width: 720, height: 450 },
  }),
)("%s", (_, view) => {
  it("nothing is cut off", { timeout: 120_000 }, async () => {
    const { page, context } = await harness.signedIn(view);
    for (const screen of [
      "list",
      "board",
      "peek",
      "item",
      "inbox",
      "inbox-entry",
      "people",
      "projects",
      "search",
      "create",
      "palette",
    ]) {
      await open(page, SCREENS[screen] as Screen);
      await shoot(page, `demo-${screen}-${view.width}`);
      await fits(page, `${screen}-${view.width}`);
    }
    await context.close();
  });
});

it("25 rows fit 900 pixels", async () => {
  const { page, context } = await harness.signedIn();
  await page.goto(`${LIST}&group=none`);
  await page.locator("[data-item]").first().waitFor();
  const whole = await page.locator("[data-item]").evaluateAll((rows) => {
    const boxes = rows.map((row) => row.getBoundingClientRect());
    return boxes.filter(({ top, bottom, height }) => top >= 0 && bottom <= innerHeight && height > 0).length;
  });
  expect(whole).toBeGreaterThanOrEqual(25);
  await context.close();
});
