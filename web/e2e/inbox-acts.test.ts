/** What one does in the inbox: entries are read, put away, put off, and all of it is taken back. */

import { describe, expect, it, vi } from "vitest";
import { checkAxe } from "./harness.ts";
import {
  ada,
  awaitTold,
  comment,
  entries,
  INBOX,
  lists,
  me,
  mention,
  message,
  open,
  PATIENT,
  pane,
  path,
  press,
  row,
  sidebar,
  told,
  unread,
  withInbox,
} from "./inbox-place.ts";

withInbox();

describe("in the inbox an entry", { timeout: 60_000 }, () => {
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

  it("is taken back one after the other, in the order of all that was done", async () => {
    const [, id = ""] = await entries("Was first", "Was second");
    const assigned = async () =>
      (await ada.call<{ assignees: readonly string[] }>("GET", `${path}work-items/${id}/`)).assignees;
    const page = await open();
    await row(page, /Was second/).click();
    await pane(page).getByRole("heading", { name: "Activity" }).waitFor();
    await press(page, "Escape");
    await pane(page).waitFor({ state: "detached" });
    await press(page, "i");
    await vi.waitFor(async () => expect(await assigned()).toEqual([me]), PATIENT);
    await press(page, "e");
    await lists(page, ["Was first"]);
    await press(page, "e");
    await page.getByText("You are all caught up.").waitFor();
    await press(page, "Control+z");
    await lists(page, ["Was first"]);
    await press(page, "Control+z");
    await lists(page, ["Was second", "Was first"]);
    await awaitTold(2);
    expect(await assigned()).toEqual([me]);
    await press(page, "Control+z");
    await vi.waitFor(async () => expect(await assigned()).toEqual([]), PATIENT);
    await press(page, "Control+Shift+z", "Control+Shift+z");
    await lists(page, ["Was first"]);
    await vi.waitFor(async () => expect(await assigned()).toEqual([me]), PATIENT);
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
    // It would not come back from being put off.
    expect(
      await row(page, /Was put away/)
        .getByRole("button", { name: /^Snooze/ })
        .count(),
    ).toBe(0);
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
    // Of more than one it is asked first, as there is no way back.
    const dialog = page.getByRole("dialog", { name: "Mark all as read" });
    await dialog.getByText("2 notifications are marked as read.").waitFor();
    await checkAxe(page, "mark all as read");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await unread()).toEqual({ total: 2, mentions: 0 });
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await dialog.getByRole("button", { name: "Mark as read" }).click();
    await vi.waitFor(async () => expect(await unread()).toEqual({ total: 0, mentions: 0 }), PATIENT);
    await sidebar(page).getByRole("link", { name: "Inbox", exact: true }).waitFor();
    await press(page, "Control+z");
    await message(page, /cannot be taken back$/).waitFor();
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
});
