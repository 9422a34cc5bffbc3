/** Dates in words. A civil date stays a `YYYY-MM-DD` string; an instant is an ISO string. */

const DAY = 86_400_000;

/** The civil date here and now. */
export function today(now: Date = new Date()): string {
  return toDay(now);
}

/** The civil date of an instant, in this browser's zone. */
export function toDay(date: Date): string {
  const month = String(date.getMonth() + 1).padStart(2, "0");
  return `${date.getFullYear()}-${month}-${String(date.getDate()).padStart(2, "0")}`;
}

/** Midnight of a civil date, in this browser's zone. */
export function fromDay(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date);
}

export function addDays(day: string, count: number): string {
  const date = fromDay(day);
  date.setDate(date.getDate() + count);
  return toDay(date);
}

/** Days from one civil date to another; negative when `to` is earlier. Not fooled by days of 23 hours. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY);
}

/** As people say it: Today, Tomorrow, Friday, 12 Dec, 12 Dec 2027. */
export function dayLabel(day: string, now: string = today()): string {
  const ahead = daysBetween(now, day);
  if (ahead === 0) return "Today";
  if (ahead === 1) return "Tomorrow";
  if (ahead === -1) return "Yesterday";
  const date = fromDay(day);
  if (ahead > 1 && ahead < 7) return format({ weekday: "long" }).format(date);
  const sameYear = day.slice(0, 4) === now.slice(0, 4);
  return format({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(date);
}

/** The whole civil date, for a tooltip: Friday, 12 December 2026. */
export function fullDay(day: string): string {
  return format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(fromDay(day));
}

export function isPast(day: string, now: string = today()): boolean {
  return day < now;
}

/** How long ago: just now, 5 min ago, 3 h ago, yesterday, 12 Nov, 12 Nov 2025. */
export function relativeTime(iso: string, now: Date = new Date()): string {
  const then = new Date(iso);
  const seconds = Math.round((now.getTime() - then.getTime()) / 1000);
  // A clock that is a little ahead of ours is no reason to speak of the future.
  if (seconds < 60 && seconds > -300) return "just now";
  if (seconds >= 60 && seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  const days = daysBetween(toDay(then), toDay(now));
  if (days === 0 && seconds > 0) return `${Math.floor(seconds / 3600)} h ago`;
  if (days === 1) return "yesterday";
  if (days > 1 && days < 7) return `${days} days ago`;
  return dayLabel(toDay(then), toDay(now));
}

/** An instant as people say it, that may be yet to come: Tomorrow, 08:00. */
export function momentWords(iso: string): string {
  const at = new Date(iso);
  return `${dayLabel(toDay(at))}, ${format({ hour: "2-digit", minute: "2-digit" }).format(at)}`;
}

/** The time of the day to the second: 17:53:09. */
export function clockTime(iso: string): string {
  return format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(iso));
}

/** The whole instant, for a tooltip: 12 Nov 2026, 17:53. */
export function exactTime(iso: string): string {
  return format({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    new Date(iso),
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", options);
  formats.set(key, made);
  return made;
}
