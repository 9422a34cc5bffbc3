import { expect, it } from "vitest";
import { everything } from "./filter.ts";
import type { MailboxState } from "./mailbox.ts";
import { moment, notification } from "./testing.ts";
import { isMuch, wholeOf, wholeWords } from "./whole.ts";

const rows = [notification("a", 3), notification("b", 2), notification("c", 1, { read_at: moment(2) })];
const state: MailboxState = { rows, hidden: [], more: true, loadingMore: false, error: null };
const unread = { total: 412, mentions: 1 };

it("is what the server has counted, of a whole tab", () => {
  const whole = wholeOf({ ...everything, unread: true }, state, unread);
  expect([isMuch(whole), wholeWords(whole)]).toEqual([true, "412 notifications are marked as read."]);
  const mentions = wholeOf({ ...everything, mentions: true }, state, unread);
  expect(isMuch(mentions)).toBe(false);
  expect(wholeWords(mentions)).toBe("1 notification that fits the filter is marked as read.");
});

it("is what is loaded where a filter narrows it, and says that there may be more", () => {
  const filter = { ...everything, project: "p1" };
  const whole = wholeOf(filter, state, unread);
  expect([isMuch(whole), wholeWords(whole)]).toEqual([
    true,
    "All notifications that fit the filter are marked as read: 2 that are loaded, and what else there is.",
  ]);
  expect(wholeWords(wholeOf(filter, { ...state, more: false }, unread))).toBe(
    "2 notifications that fit the filter are marked as read.",
  );
  expect(isMuch(wholeOf(filter, { ...state, rows: rows.slice(0, 1), more: false }, unread))).toBe(false);
});
