/** A date of a filter as people say it. */

import { dayLabel } from "../../lib/dates.ts";

const units: Readonly<Record<string, string>> = { d: "day", w: "week", m: "month", y: "year" };

export function dateWords(value: string): string {
  if (value === "0d") return "today";
  const match = /^([+-]?)(\d+)([dwmy])$/.exec(value);
  if (!match) return dayLabel(value);
  const count = Number(match[2]);
  const unit = `${units[match[3] ?? "d"]}${count === 1 ? "" : "s"}`;
  return match[1] === "-" ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}
