/** A day as people type it: "tomorrow", "fri", "in 3 days", "2w", "12 dec", "2026-12-01". */

import { addDays, fromDay, toDay } from "../../lib/dates.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

export function parseDay(text: string, today: string): string | null {
  const typed = text.trim().toLowerCase();
  if (typed === "") return null;
  if (typed.length >= 3 && "today".startsWith(typed)) return today;
  if (typed.length >= 3 && "tomorrow".startsWith(typed)) return addDays(today, 1);
  if (typed.length >= 3 && "yesterday".startsWith(typed)) return addDays(today, -1);
  return civil(typed) ?? relative(typed, today) ?? weekday(typed, today) ?? dayAndMonth(typed, today);
}

export function nextWeekday(today: string, day: number): string {
  const ahead = (day - fromDay(today).getDay() + 7) % 7;
  return addDays(today, ahead === 0 ? 7 : ahead);
}

function civil(typed: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  return match ? make(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

function relative(typed: string, today: string): string | null {
  const match = /^(?:in )?([+-]?\d{1,3}) ?(d|days?|w|weeks?|m|months?)$/.exec(typed);
  if (!match) return null;
  const count = Number(match[1]);
  if (match[2]?.startsWith("d")) return addDays(today, count);
  if (match[2]?.startsWith("w")) return addDays(today, count * 7);
  const date = fromDay(today);
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + count);
  date.setDate(Math.min(day, new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate()));
  return toDay(date);
}

function weekday(typed: string, today: string): string | null {
  const name = typed.replace(/^(next|on) /, "");
  if (name.length < 3) return null;
  const day = weekdays.findIndex((known) => known.startsWith(name));
  return day < 0 ? null : nextWeekday(today, day);
}

/** Without a year the next such day is meant. */
function dayAndMonth(typed: string, today: string): string | null {
  const match =
    /^(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?$/.exec(typed) ??
    swap(/^([a-z]{3,9}) (\d{1,2})(?:,? (\d{4}))?$/.exec(typed));
  if (!match) return null;
  const month = months.findIndex((known) => known.startsWith(match[2] ?? "?")) + 1;
  if (month === 0) return null;
  const day = Number(match[1]);
  if (match[3]) return make(Number(match[3]), month, day);
  const year = Number(today.slice(0, 4));
  const found = make(year, month, day);
  return found && found < today ? make(year + 1, month, day) : found;
}

function swap(match: RegExpExecArray | null): (string | undefined)[] | null {
  return match ? [match[0], match[2], match[1], match[3]] : null;
}

function make(year: number, month: number, day: number): string | null {
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? toDay(date) : null;
}
