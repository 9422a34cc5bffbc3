/** The inbox: what another person does arrives in it, and is read, put away, put off and taken back. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  checkAxe,
  type Harness,
  inBothThemes,
  type Person,
  SIZES,
  settled,
  shoot,
  start,
  type VisitorOptions,
  WORKSPACE,
} from "./harness.ts";
import { addPerson } from "./people.ts";

const BOB = { email: "bob@example.com", password: "seven lamps on a green hill", first_name: "Bob" };
const W = `/workspaces/${WORKSPACE.slug}/`;
const INBOX = `/${WORKSPACE.slug}/inbox`;

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Told {
  readonly id: string;
  readonly read_at: string | null;
  readonly snoozed_till: string | null;
  readonly issue: { readonly name: string };
}

let harness: Harness;
let ada: Person;
let bob: Person;
let me: string;
let path: string;
let states: readonly Named[];

beforeAll(async () => {
  harness = await start();
  addPerson(harness.server.data, BOB);
  ada = await harness.signedIn();
  bob = await harness.signedIn(BOB);
  const project = await ada.call<Named>("POST", `${W}projects/`, { name: "Difference engine", identifier: "DIFF" });
  path = `${W}projects/${project.id}/`;
  const members = await ada.call<readonly { id: string; email: string }[]>("GET", `${W}members/`);
  const idOf = (email: string) => members.find((member) => member.email === email)?.id ?? "";
  me = idOf("ada@example.com");
  await ada.call("POST", `${path}members/`, { member: idOf(BOB.email), role: 15 });
  states = (await ada.call<{ results: readonly Named[] }>("GET", `${path}states/`)).results;
});
afterAll(() => harness?.close());

const told = async (query = "") =>
  (await ada.call<{ results: readonly Told[] }>("GET", `${W}notifications/?${query}`)).results;
const unread = () => ada.call<{ total: number; mentions: number }>("GET", `${W}notifications/unread/`);

/** All that was told before is put away. */
beforeEach(async () => {
  await vi.waitFor(async () => {
    const rest = await told();
    await Promise.all(rest.map(({ id }) => ada.call("POST", `${W}notifications/${id}/archive/`)));
    expect(await told()).toEqual([]);
  }, 20_000);
});

const createItem = (name: string, by = ada) => by.call<{ id: string }>("POST", `${path}work-items/`, { name });
const move = (id: string, name: string) =>
  bob.call("PATCH", `${path}work-items/${id}/`, { state: states.find((state) => state.name === name)?.id });
const comment = (id: string, html: string) =>
  bob.call("POST", `${path}work-items/${id}/comments/`, { comment_html: html });
const mention = () =>
  `<mention-component entity_name="user_mention" entity_identifier="${me}" label="ada"></mention-component>`;

/** Waits until so much is told; notifications are made after the change that they tell of. */
async function awaitTold(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await told()).toHaveLength(count), PATIENT);
}

/** Items of Ada's with something that Bob did to each. The last one is at the top of the list. */
async function entries(...names: string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { id } = await createItem(name);
    await move(id, "In Progress");
    ids.push(id);
  }
  await awaitTold(names.length);
  return ids;
}

async function open(query = "", options: VisitorOptions = {}): Promise<Page> {
  const { page } = await harness.signedIn(options);
  await page.goto(`${INBOX}${query}`);
  await page.getByRole("heading", { level: 1, name: "Inbox" }).waitFor();
  return page;
}

const grid = (page: Page) => page.getByRole("grid", { name: "Inbox" });
const row = (page: Page, name: string | RegExp) => grid(page).getByRole("row", { name });
const pane = (page: Page) => page.getByRole("complementary", { name: /^Item / });
const titles = (page: Page) => grid(page).locator("[data-title]").allTextContents();
const PATIENT = { timeout: 10_000, interval: 50 };
const lists = (page: Page, names: readonly string[]) =>
  vi.waitFor(async () => expect(await titles(page)).toEqual(names), PATIENT);
const sidebar = (page: Page) => page.getByRole("navigation", { name: "Workspace" });
const message = (page: Page, text: string | RegExp) => page.getByRole("region", { name: "Messages" }).getByText(text);
const press = (page: Page, ...keys: string[]) =>
  keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());

describe("the inbox", { timeout: 60_000 }, () => {
  it("says that there is nothing, and shows what somebody does as it happens", async () => {
    const page = await open();
    await page.getByText("You are all caught up.").waitFor();
    await inBothThemes(page, "inbox-empty", (name) => shoot(page, name));
    const item = await createItem("Grind the number wheels", ada);
    await comment(item.id, `<p>Is it <b>brass</b>, ${mention()}?</p><p>I &lt;hope&gt; so</p>`);
    await row(page, /Grind the number wheels/).waitFor();
    const line = await row(page, /Grind/).innerText();
    expect(line).toContain("Is it brass, @Ada Lovelace? I <hope> so");
    expect(line).toContain("mentioned you in a comment");
    expect(line).toContain("Mentioned");
    await sidebar(page).getByRole("link", { name: "Inbox 1 unread" }).waitFor();
    await page.getByRole("link", { name: "Mentions 1 unread" }).waitFor();
    await vi.waitFor(async () => expect(await page.title()).toBe("Inbox (1) · Aileron"), PATIENT);
    await page.context().close();
  });

  it("has one line for an item, reads it when it is opened, and tells all that happened", async () => {
    const [first = ""] = await entries("Order a crank", "Polish the axis");
    await bob.call("PATCH", `${path}work-items/${first}/`, { priority: "high", assignees: [me] });
    await move(first, "Done");
    await awaitTold(4);
    const page = await open();
    await lists(page, ["Order a crank", "Polish the axis"]);
    await row(page, /set the state to Done \(was In Progress\)/).waitFor();
    await row(page, /Order a crank/).click();
    const happened = pane(page).getByRole("region", { name: "What happened" });
    await happened.getByText("assigned you").waitFor();
    await happened.getByText("set the priority to").waitFor();
    expect(await happened.getByRole("listitem").count()).toBe(3);
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
    await page.waitForURL(`**${INBOX}/*`);
    await sidebar(page).getByRole("link", { name: "Inbox 1 unread" }).waitFor();
    await vi.waitFor(async () => expect(await unread()).toEqual({ total: 1, mentions: 0 }), PATIENT);
    // The address leads to the entry, whoever comes by it.
    await page.reload();
    await happened.getByText("assigned you").waitFor();
    await page.context().close();
  });

  it("is worked off by keys", async () => {
    await entries("One", "Two", "Three");
    const page = await open();
    await row(page, /Three/).waitFor();
    await press(page, "j", "j");
    await press(page, "u");
    await message(page, /^Marked DIFF-\d+ as read$/).waitFor();
    expect(await row(page, /Two/).getByRole("img", { name: "Unread" }).count()).toBe(0);
    await press(page, "u");
    await row(page, /Two/).getByRole("img", { name: "Unread" }).waitFor();
    await press(page, "Enter");
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
    const title = pane(page).getByRole("textbox", { name: "Title" });
    expect(await title.inputValue()).toBe("Two");
    // What is put away makes room for the next entry.
    await press(page, "e");
    await lists(page, ["Three", "One"]);
    await vi.waitFor(async () => expect(await title.inputValue()).toBe("One"), PATIENT);
    await press(page, "k");
    await vi.waitFor(async () => expect(await title.inputValue()).toBe("Three"), PATIENT);
    // Keys for items mean the item of the entry.
    await press(page, "s");
    await page.getByRole("combobox", { name: "Set state" }).waitFor();
    await press(page, "Escape", "Escape");
    await page.waitForURL(`**${INBOX}`);
    await press(page, "Enter");
    await pane(page).waitFor();
    await press(page, "o");
    await page.waitForURL("**/item/DIFF-*");
    await press(page, "g", "i");
    await page.waitForURL(`**${INBOX}`);
    await vi.waitFor(async () => expect((await unread()).total).toBe(0), PATIENT);
    await page.context().close();
  });

  it("takes back what was put away, by its toast and by the key for undo", async () => {
    await entries("Keep this");
    const page = await open();
    await row(page, /Keep this/).hover();
    await page.getByRole("button", { name: /^Archive DIFF-/ }).click();
    await page.getByText("You are all caught up.").waitFor();
    await vi.waitFor(async () => expect(await told()).toHaveLength(0), PATIENT);
    expect(await sidebar(page).getByRole("link", { name: "Inbox", exact: true }).count()).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, /Keep this/).waitFor();
    await sidebar(page).getByRole("link", { name: "Inbox 1 unread" }).waitFor();
    await vi.waitFor(async () => expect(await told()).toHaveLength(1), PATIENT);
    await press(page, "j", "e");
    await page.getByText("You are all caught up.").waitFor();
    await press(page, "Control+z");
    await row(page, /Keep this/).waitFor();
    await vi.waitFor(async () => expect(await told()).toHaveLength(1), PATIENT);
    await page.context().close();
  });

  it("offers by a right click what can be done with an entry, beside another one that is open", async () => {
    await entries("Under the pointer", "Already open");
    const page = await open();
    await row(page, /Already open/).click();
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
    await row(page, /Under the pointer/).click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Archive entry/ }).click();
    await lists(page, ["Already open"]);
    await pane(page).getByRole("textbox", { name: "Title" }).waitFor();
    expect(await pane(page).getByRole("textbox", { name: "Title" }).inputValue()).toBe("Already open");
    await press(page, "Control+z");
    await lists(page, ["Already open", "Under the pointer"]);
    // Nobody has looked at it.
    await row(page, /Under the pointer/)
      .getByRole("img", { name: "Unread" })
      .waitFor();
    // What is done with an item since is what undo takes back.
    await row(page, /Under the pointer/).click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Mark as read/ }).click();
    await message(page, /^Marked DIFF-\d+ as read$/).waitFor();
    await press(page, "i");
    await message(page, /^Assigned/)
      .or(message(page, /ssign/))
      .first()
      .waitFor();
    await press(page, "Control+z");
    await message(page, /^Undone: .*ssign/).waitFor();
    expect(
      await row(page, /Under the pointer/)
        .getByRole("img", { name: "Unread" })
        .count(),
    ).toBe(0);
    await page.context().close();
  });

  it("brings back from the archive what is there", async () => {
    await entries("Was put away");
    const page = await open("?show=archived");
    await page.getByText("Archived", { exact: true }).waitFor();
    await page.goto(INBOX);
    await row(page, /Was put away/).waitFor();
    await press(page, "j", "e");
    await page.getByText("You are all caught up.").waitFor();
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Archived" }).click();
    await press(page, "Escape");
    await row(page, /Was put away/).hover();
    await row(page, /Was put away/)
      .getByRole("button", { name: /back to the inbox/ })
      .click();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await row(page, /Was put away/).waitFor();
    await page.context().close();
  });

  it("puts off until a time that is chosen or typed", async () => {
    await entries("Later", "Much later", "On the day");
    const page = await open();
    await row(page, /On the day/).waitFor();
    await press(page, "j", "h");
    const field = page.getByRole("combobox", { name: "Snooze until" });
    await field.waitFor();
    await checkAxe(page, "snooze");
    await field.fill("tomorrow 15:30");
    await press(page, "Enter");
    await message(page, /^Snoozed DIFF-\d+ until Tomorrow, 15:30$/).waitFor();
    await press(page, "h");
    await page.getByRole("option", { name: /^Next week/ }).click();
    await press(page, "h");
    await page.getByRole("option", { name: /^Pick a day and time/ }).click();
    await page.getByLabel("Day and time").fill("2020-01-01T09:00");
    await page.getByText("Pick a time to come.").waitFor();
    await page.getByLabel("Day and time").fill("2090-05-06T07:08");
    await page.getByRole("button", { name: "Snooze", exact: true }).click();
    await page.getByText("You are all caught up.").waitFor();
    await vi.waitFor(async () => {
      const till = Object.fromEntries((await told("snoozed=true")).map((one) => [one.issue.name, one.snoozed_till]));
      // In the zone of the browser, which is that of Berlin.
      expect(new Date(till.Later ?? "").toISOString()).toBe("2090-05-06T05:08:00.000Z");
      const tomorrow = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", timeStyle: "short" });
      expect(tomorrow.format(new Date(till["On the day"] ?? ""))).toBe("15:30");
      expect(tomorrow.format(new Date(till["Much later"] ?? ""))).toBe("09:00");
    }, PATIENT);
    await page.goto(`${INBOX}?show=snoozed`);
    await lists(page, ["On the day", "Much later", "Later"]);
    await press(page, "j", "h");
    await page.getByRole("option", { name: "Back to the inbox" }).click();
    await lists(page, ["Much later", "Later"]);
    await awaitTold(1);
    await page.context().close();
  });

  it("marks all as read that the filter shows, and nothing else", async () => {
    const [first = ""] = await entries("Mentioned here", "Not here");
    await comment(first, `<p>${mention()}</p>`);
    await awaitTold(3);
    const page = await open();
    await page.getByRole("link", { name: "Mentions 1 unread" }).click();
    await page.waitForURL(`**${INBOX}?tab=mentions`);
    await lists(page, ["Mentioned here"]);
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await page.getByRole("link", { name: "Mentions", exact: true }).waitFor();
    await sidebar(page).getByRole("link", { name: "Inbox 2 unread" }).waitFor();
    expect(await unread()).toEqual({ total: 2, mentions: 0 });
    await page.getByRole("link", { name: "All 2 unread" }).click();
    await lists(page, ["Mentioned here", "Not here"]);
    await press(page, "Control+k");
    await page.getByRole("combobox", { name: "Search commands and items" }).fill("mark all as read");
    await press(page, "Enter");
    await vi.waitFor(async () => expect(await unread()).toEqual({ total: 0, mentions: 0 }), PATIENT);
    await sidebar(page).getByRole("link", { name: "Inbox", exact: true }).waitFor();
    await page.context().close();
  });

  it("shows what fits reason and project, and keeps what was just read among the unread", async () => {
    await entries("Created by me");
    const { id } = await createItem("Given to me", bob);
    await bob.call("PATCH", `${path}work-items/${id}/`, { assignees: [me] });
    await awaitTold(2);
    const page = await open("?reason=assigned&unread=true");
    await lists(page, ["Given to me"]);
    await page.getByText("Unread only · Assigned to me").waitFor();
    await row(page, /Given to me/).click();
    await pane(page).waitFor();
    await vi.waitFor(async () => expect((await unread()).total).toBe(1), PATIENT);
    expect(await titles(page)).toEqual(["Given to me"]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await lists(page, ["Given to me", "Created by me"]);
    await page.goto(`${INBOX}?project=01a22c20-9ce8-758b-81e1-e07cf313a4e8`);
    await page.getByText("Nothing in the inbox fits the filter.").waitFor();
    await page.context().close();
  });

  it("ends hearing of an item, and begins again", async () => {
    const [id = ""] = await entries("Of no interest");
    const page = await open();
    await row(page, /Of no interest/).click();
    const following = async () =>
      (await ada.call<{ subscribed: boolean }>("GET", `${path}work-items/${id}/subscribe/`)).subscribed;
    expect(await following()).toBe(true);
    await press(page, "Shift+U");
    await message(page, /^You no longer follow DIFF-\d+$/).waitFor();
    expect(await following()).toBe(false);
    await page.getByRole("button", { name: "Undo" }).click();
    await message(page, /^You follow DIFF-\d+ again$/).waitFor();
    expect(await following()).toBe(true);
    await page.context().close();
  });

  it("shows of a deleted item its deletion, and an entry that is not there as such", async () => {
    const { id } = await bob.call<{ id: string }>("POST", `${path}work-items/`, { name: "In vain", assignees: [me] });
    await bob.call("DELETE", `${path}work-items/${id}/`);
    await vi.waitFor(async () => expect((await told()).map(({ issue }) => issue.name)).toEqual(["In vain"]), PATIENT);
    const page = await open();
    await row(page, /deleted the item/).click();
    await pane(page)
      .getByText(/“In vain” was deleted/)
      .waitFor();
    await checkAxe(page, "deleted item");
    await page.goto(`${INBOX}/01a22c20-9ce8-758b-81e1-e07cf313a4e8`);
    await page.getByText("There is no such entry.").waitFor();
    await page.getByRole("button", { name: "Back to the inbox" }).click();
    await page.waitForURL(`**${INBOX}`);
    await page.context().close();
  });
});

describe("when it does not go as it should", { timeout: 60_000 }, () => {
  it("takes back what the server refuses, and says why", async () => {
    await entries("Stubborn");
    const page = await open();
    await page.route("**/archive/", (route) => route.fulfill({ status: 500, json: { error: "It broke." } }));
    await row(page, /Stubborn/).waitFor();
    await press(page, "j", "e");
    await message(page, "It broke.").waitFor();
    await row(page, /Stubborn/).waitFor();
    await sidebar(page).getByRole("link", { name: "Inbox 1 unread" }).waitFor();
    expect(await told()).toHaveLength(1);
    await page.context().close();
  });

  it("says that it could not be loaded, and tries again", async () => {
    await entries("Behind a wall");
    const { page } = await harness.signedIn();
    await page.route("**/notifications/?*", (route) => route.fulfill({ status: 500, json: { error: "It broke." } }));
    await page.goto(INBOX);
    await page.getByText("It broke.").waitFor();
    await inBothThemes(page, "inbox-failing", (name) => shoot(page, name));
    await page.unroute("**/notifications/?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await row(page, /Behind a wall/).waitFor();
    await page.context().close();
  });

  it("stays readable without a network, and says what needs one", async () => {
    await entries("On the train");
    const page = await open();
    await row(page, /On the train/).click();
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
    await settled(page);
    await page.context().setOffline(true);
    await page
      .getByText(/offline|No connection/i)
      .first()
      .waitFor();
    await press(page, "e");
    await message(page, "There is no connection, and this needs one. Nothing was changed.").waitFor();
    expect(await titles(page)).toEqual(["On the train"]);
    await entriesMeanwhile();
    await page.context().setOffline(false);
    await row(page, /While away/).waitFor();
    await page.context().close();
  });

  async function entriesMeanwhile(): Promise<void> {
    const { id } = await createItem("While away");
    await move(id, "Done");
    await awaitTold(2);
  }
});

describe("much of it", { timeout: 90_000 }, () => {
  it("is loaded as one scrolls", async () => {
    const made = Array.from({ length: 130 }, (_, at) => at);
    for (const at of made) {
      await bob.call("POST", `${path}work-items/`, { name: `Tooth ${at}`, assignees: [me] });
    }
    await vi.waitFor(async () => expect((await unread()).total).toBe(130), { timeout: 20_000, interval: 100 });
    const page = await open();
    await row(page, /Tooth 129\b/).waitFor();
    expect(await grid(page).getByRole("row").count()).toBeLessThan(40);
    await vi.waitFor(async () => {
      await grid(page).evaluate((list) => list.scrollTo(0, list.scrollHeight));
      expect(await row(page, /Tooth 0\b/).count()).toBe(1);
    }, PATIENT);
    await page.getByText("99+").first().waitFor();
    await page.context().close();
  });

  it("is asked for seldom, however much happens", async () => {
    const [id = ""] = await entries("In a storm");
    const page = await open();
    await row(page, /In a storm/).waitFor();
    await settled(page);
    const asked: number[] = [];
    let inFlight = 0;
    let most = 0;
    page.on("request", (request) => {
      if (!request.url().includes("/notifications/")) return;
      asked.push(Date.now());
      most = Math.max(most, ++inFlight);
    });
    const answered = (request: { url: () => string }) => {
      if (request.url().includes("/notifications/")) inFlight--;
    };
    page.on("requestfinished", answered);
    page.on("requestfailed", answered);
    const began = Date.now();
    for (let at = 0; at < 60; at++) await bob.call("PATCH", `${path}work-items/${id}/`, { name: `In a storm ${at}` });
    await row(page, /In a storm 59/).waitFor();
    await vi.waitFor(async () => expect(await row(page, /renamed it to In a storm 59/).count()).toBe(1), {
      timeout: 15_000,
    });
    // Each round is a request for the list and one for the count.
    expect(asked.length).toBeLessThanOrEqual(2 * (Math.ceil((Date.now() - began) / 2_000) + 1));
    expect(most).toBe(1);
    await page.context().close();
  });
});

it("works on a phone: the list, the item, and back", async () => {
  await entries("Small thing", "Other thing");
  const page = await open("", SIZES.phone);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Inbox 2 unread" }).waitFor();
  await row(page, /Other thing/).tap();
  await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
  expect(await grid(page).isVisible()).toBe(false);
  await settled(page);
  await inBothThemes(page, "inbox-entry-phone", (name) => shoot(page, name));
  await page.getByRole("button", { name: "Back to the list" }).tap();
  await row(page, /Small thing/).waitFor();
  await row(page, /Small thing/)
    .getByRole("button", { name: /^Actions for/ })
    .tap();
  await page.getByRole("menuitem", { name: "Archive entry" }).tap();
  await lists(page, ["Other thing"]);
  await row(page, /Other thing/).tap();
  await pane(page).getByRole("button", { name: "Snooze" }).tap();
  await page.getByRole("option", { name: /^Tomorrow/ }).tap();
  await page.getByText("You are all caught up.").waitFor();
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await page.context().close();
});
