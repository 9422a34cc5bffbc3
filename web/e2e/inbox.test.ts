/** The inbox: what another person does arrives in it, is shown as the filter asks, and is loaded as it should. */

import { describe, expect, it, vi } from "vitest";
import { checkAxe, inBothThemes, SIZES, settled, shoot } from "./harness.ts";
import {
  ada,
  awaitTold,
  bob,
  comment,
  createItem,
  entries,
  grid,
  harness,
  INBOX,
  lists,
  me,
  mention,
  message,
  move,
  open,
  PATIENT,
  pane,
  path,
  press,
  row,
  sidebar,
  titles,
  told,
  unread,
  W,
  withInbox,
} from "./inbox-place.ts";

withInbox();

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

  it("loads an entry that somebody came to without a network when there is one", async () => {
    await entries("By a link");
    const [{ id } = { id: "" }] = await told();
    await ada.call("POST", `${W}notifications/${id}/archive/`);
    const { page } = await harness.signedIn();
    await page.route(`**/notifications/${id}/`, (route) => route.abort());
    await page.goto(`${INBOX}/${id}`);
    await page.getByText("The entry could not be loaded").waitFor();
    const asked = page.waitForRequest(`**/notifications/${id}/`);
    await page.getByRole("button", { name: "Try again" }).click();
    await asked;
    await page.getByText("The entry could not be loaded").waitFor();
    await page.context().setOffline(true);
    await page
      .getByText(/offline|No connection/i)
      .first()
      .waitFor();
    await page.unroute(`**/notifications/${id}/`);
    await page.context().setOffline(false);
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
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
