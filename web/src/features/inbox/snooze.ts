/** Until when something is put off. Times are those of this browser's zone; the server is told the instant. */

import { addDays, dayLabel, fromDay, toDay } from "../../lib/dates.ts";
import { nextWeekday, parseDay } from "../properties/day.ts";

/** When a day of work begins. */
const MORNING = 9;
const LATER_HOURS = 3;
/** What would be back after that is not "later today". */
const LATEST = 22;

export interface SnoozeTime {
  readonly id: string;
  readonly label: string;
  readonly till: Date;
}

export function snoozeTimes(now: Date): readonly SnoozeTime[] {
  const today = toDay(now);
  const later = halfHour(new Date(now.getTime() + LATER_HOURS * 3_600_000));
  const isToday = toDay(later) === today && later.getHours() < LATEST;
  return [
    ...(isToday ? [{ id: "later", label: "Later today", till: later }] : []),
    { id: "tomorrow", label: "Tomorrow", till: at(addDays(today, 1), MORNING) },
    { id: "week", label: "Next week", till: at(nextWeekday(today, 1), MORNING) },
  ];
}

/** Up to the next half hour. */
function halfHour(date: Date): Date {
  const half = new Date(date);
  half.setMinutes(Math.ceil(date.getMinutes() / 30) * 30, 0, 0);
  return half;
}

/** That time of the clock on that day, also where the clocks are changed in between. */
export function at(day: string, hours: number, minutes = 0): Date {
  const date = fromDay(day);
  date.setHours(hours, minutes, 0, 0);
  return date;
}

const TIME = /^(?:at )?(\d{1,2})(?::(\d{2})) ?(am|pm)?$|^(?:at )?(\d{1,2}) ?(am|pm)$/;

/** "friday", "3d", "12 dec 15:30", "8:00", "tomorrow 4pm"; null: no time to come. */
export function parseMoment(text: string, now: Date): Date | null {
  const typed = text.trim().toLowerCase();
  const today = toDay(now);
  const [clock = "", time] = lastTime(typed);
  const dayText = typed.slice(0, typed.length - clock.length).trim();
  if (typed === "") return null;
  const day = dayText === "" ? today : parseDay(dayText, today);
  if (day === null) return null;
  const till = at(day, time?.hours ?? MORNING, time?.minutes ?? 0);
  if (till > now) return till;
  // A time alone that is past today is that of tomorrow.
  return dayText === "" && time ? at(addDays(today, 1), time.hours, time.minutes) : null;
}

interface Clock {
  readonly hours: number;
  readonly minutes: number;
}

/** A time at the end of what was typed, and how it was typed. */
function lastTime(typed: string): [string, Clock] | [] {
  const words = typed.split(" ");
  for (const count of [3, 2, 1]) {
    if (count > words.length) continue;
    const end = words.slice(-count).join(" ");
    const time = readTime(end);
    if (time) return [end, time];
  }
  return [];
}

function readTime(text: string): Clock | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const half = match[3] ?? match[5];
  const typed = Number(match[1] ?? match[4]);
  const minutes = Number(match[2] ?? 0);
  if (half && (typed < 1 || typed > 12)) return null;
  const hours = half ? (typed % 12) + (half === "pm" ? 12 : 0) : typed;
  return hours < 24 && minutes < 60 ? { hours, minutes } : null;
}

/** As it is said: "Tomorrow, 09:00". */
export function momentLabel(till: Date, now: Date): string {
  const time = `${String(till.getHours()).padStart(2, "0")}:${String(till.getMinutes()).padStart(2, "0")}`;
  return `${dayLabel(toDay(till), toDay(now))}, ${time}`;
}

/** As a field for day and time wants it. */
export function fieldValue(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${toDay(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
