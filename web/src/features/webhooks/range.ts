/** How many deliveries a range of time would have sent once more: the server counts them only when it sends them. */

import type { Page } from "./remote.ts";
import { type Delivery, MOST_REPEATED } from "./webhook.ts";

export interface Range {
  /** ISO instants. */
  readonly after: string;
  /** It is not in it itself; null: to now. */
  readonly before: string | null;
  readonly isAll: boolean;
}

export interface Counted {
  readonly count: number;
  /** Whether there are more. */
  readonly isMore: boolean;
}

/** So many pages of the log are read at most. */
const MOST_PAGES = 5;

/** `read`: the pages of the log, the newest first; of what failed, or of all. */
export async function countRange(range: Range, read: (page: number) => Promise<Page>): Promise<Counted> {
  const after = Date.parse(range.after);
  const before = range.before === null ? Number.POSITIVE_INFINITY : Date.parse(range.before);
  const isIn = ({ created_at, status, redelivery_of }: Delivery) => {
    const at = Date.parse(created_at);
    const isWanted = range.isAll ? status !== "waiting" : status === "failed";
    return isWanted && !redelivery_of && at >= after && at < before;
  };
  let count = 0;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { deliveries, isLast } = await read(page);
    count += deliveries.filter(isIn).length;
    const last = deliveries.at(-1);
    if (isLast || !last || Date.parse(last.created_at) < after) return { count, isMore: false };
    if (count > MOST_REPEATED) break;
  }
  return { count, isMore: true };
}

/** Whether there is something to send: where it could not be counted to its end, the server says so. */
export function isSendable({ count, isMore }: Counted): boolean {
  return count <= MOST_REPEATED && (count > 0 || isMore);
}

/** What the button will do. */
export function rangeWords({ count, isMore }: Counted, isAll: boolean): string {
  const what = isAll ? "" : "failed ";
  if (count > MOST_REPEATED)
    return `There are more than ${MOST_REPEATED} ${what}deliveries in this range, which is the most at once. Choose a smaller one.`;
  if (isMore) {
    const known = count > 0 ? `; they are ${count} at least` : "";
    return `Up to ${MOST_REPEATED} ${what}deliveries are sent once more; where there are more, none is. The log is too long to count them here${known}.`;
  }
  if (count === 0) return `There are no ${what}deliveries in this range.`;
  if (count === 1) return `1 ${what}delivery is sent once more, with the same body and message id.`;
  return `${count} ${what}deliveries are sent once more, each with the same body and message id, the oldest first.`;
}

/** An instant as `<input type="datetime-local">` has it, in this browser's zone. */
export function localInput(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that was typed; null: none. */
export function instantOf(input: string): string | null {
  const date = new Date(input);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
