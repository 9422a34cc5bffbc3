/** Civil dates and the instants between which they lie, for filters. */

import { fromDay, toDay } from "../lib/dates.ts";

export const RELATIVE = /^([+-]?\d+)([dwmy])$/;

/** `2026-11-23` as it is; `-7d`, `+2w`, `0d`, `1m`, `1y` counted from today; undefined: neither. */
export function resolveDay(value: string, today: string): string | undefined {
  const relative = RELATIVE.exec(value);
  if (!relative) return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
  const date = fromDay(today);
  const count = Number(relative[1]);
  if (relative[2] === "d") date.setDate(date.getDate() + count);
  else if (relative[2] === "w") date.setDate(date.getDate() + 7 * count);
  else addMonths(date, relative[2] === "m" ? count : 12 * count);
  return toDay(date);
}

/** The last day of a shorter month stands for the days that it lacks. */
function addMonths(date: Date, count: number): void {
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + count);
  const last = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  date.setDate(Math.min(day, last));
}

/** From when to before when a civil date lasts, comparable with dates (as days) or with the API's instants. */
export function span(day: string, instants: boolean): readonly [string, string] {
  const start = fromDay(day);
  const end = new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
  return instants ? [start.toISOString(), end.toISOString()] : [day, toDay(end)];
}
