/** What is said of webhooks and deliveries. Pure. */

import { momentWords } from "../../lib/dates.ts";
import { EVERYTHING, patternWords } from "./events.ts";
import { type Delivery, FLAGS, type Flag, KEPT_ANSWER, type Mode, type Try, type Webhook } from "./webhook.ts";

export const FLAG_WORDS: Readonly<Record<Flag, string>> = {
  issue: "Work items",
  issue_comment: "Comments",
  project: "Projects",
  cycle: "Cycles",
  module: "Modules",
};

export const MODES: readonly (readonly [Mode, string])[] = [
  ["compatible", "One per field"],
  ["change", "One per change"],
];

export const MODE_HELP: Readonly<Record<Mode, string>> = {
  compatible:
    "A delivery for each field that changed, as Plane sends them: programs that were written for Plane understand it.",
  change: "One delivery for each change, with all fields that it touched, its place in the log and when it happened.",
};

export const FLAGS_HELP: Readonly<Record<Mode, string>> = {
  compatible: "When one of these is created, changed or deleted.",
  change: "Whatever happens to these.",
};

type Told = Pick<Webhook, Flag | "events">;
const MOST_NAMED = 4;

/** "Told of work items, comments, cycle archived and 2 more". */
export function toldWords(webhook: Told): string {
  if (webhook.events.some((pattern) => patternWords(pattern) === patternWords(EVERYTHING))) return "Told of everything";
  const flags = FLAGS.filter((flag) => webhook[flag]).map((flag) => FLAG_WORDS[flag]);
  const all = [...flags, ...webhook.events.map(patternWords)].map(
    (words) => words.charAt(0).toLowerCase() + words.slice(1),
  );
  if (all.length === 0) return "Told of nothing yet";
  const named = all.length > MOST_NAMED + 1 ? [...all.slice(0, MOST_NAMED), `${all.length - MOST_NAMED} more`] : all;
  const last = named.pop();
  return `Told of ${named.length > 0 ? `${named.join(", ")} and ` : ""}${last}`;
}

/** How far a delivery has got. */
export function stateWords(delivery: Delivery, isActive: boolean, now: number): string {
  const { status, attempts, next_attempt_at: next } = delivery;
  if (status === "delivered") return attempts > 1 ? `Delivered at try ${attempts}` : "Delivered";
  if (status === "failed") return `Failed after ${triesWords(attempts)}`;
  if (!isActive && delivery.event !== "ping") return "Waits until the webhook is switched on";
  const so_far = attempts > 0 ? `${triesWords(attempts)} failed` : "Waiting";
  if (!next || Date.parse(next) <= now) return attempts > 0 ? `${so_far}, the next is due` : "Waiting to be sent";
  const soon = Date.parse(next) - now < 60_000;
  return `${so_far}, next try ${soon ? "within a minute" : momentInSentence(next)}`;
}

export function triesWords(count: number): string {
  return count === 1 ? "1 try" : `${count} tries`;
}

/** How a try ended: the status of the answer, or why there was none. */
export function outcomeWords({ response_status: status, error }: Try): string {
  if (status) return status >= 300 && status < 400 ? `Answered ${status}, a redirect` : `Answered ${status}`;
  return error || "No answer";
}

export function isTaken({ response_status: status }: Try): boolean {
  return status !== null && status !== undefined && status >= 200 && status < 300;
}

/** 120 ms, 1.4 s, 15 s. */
export function durationWords(millis: number): string {
  if (millis < 1000) return `${millis} ms`;
  const seconds = millis / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** JSON so that people can read it; what is none as it is. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** What the thing is called that a body tells of, if it has a name. */
export function subjectOf(body: string): string | null {
  try {
    const { data } = JSON.parse(body) as { data?: { name?: unknown } | null };
    return typeof data?.name === "string" && data.name !== "" ? data.name : null;
  } catch {
    return null;
  }
}

/** Whether the log kept only the beginning of an answer. What is no text is replaced by longer characters, so that it may only seem so. */
export function isCut(body: string): boolean {
  return new TextEncoder().encode(body).length >= KEPT_ANSWER - 3;
}

/** An instant within a sentence: today, 17:53. */
export function momentInSentence(iso: string): string {
  return momentWords(iso).replace(/^(Today|Tomorrow|Yesterday)/, (word) => word.toLowerCase());
}
