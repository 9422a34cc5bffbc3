/** How much "Mark all as read" is about, before it is done. */

import { type Filter, isNarrowed } from "./filter.ts";
import type { MailboxState } from "./mailbox.ts";
import type { Unread } from "./remote.ts";

export interface Whole {
  readonly count: number;
  /** Whether there may be more: what a filter leaves is known only as far as it was loaded. */
  readonly isMore: boolean;
  readonly isFiltered: boolean;
}

export function wholeOf(filter: Filter, { rows, more }: MailboxState, unread: Unread | undefined): Whole {
  const isFiltered = filter.mentions || isNarrowed({ ...filter, unread: false });
  // Only of a whole tab the server has counted.
  if (unread && !isNarrowed({ ...filter, unread: false })) {
    return { count: filter.mentions ? unread.mentions : unread.total, isMore: false, isFiltered };
  }
  const count = rows?.filter(({ read_at }) => !read_at).length ?? 0;
  return { count, isMore: more, isFiltered };
}

/** One can be marked as unread again by itself. */
export function isMuch({ count, isMore }: Whole): boolean {
  return count > 1 || isMore;
}

export function wholeWords({ count, isMore, isFiltered }: Whole): string {
  const fits = isFiltered ? (count === 1 && !isMore ? " that fits the filter" : " that fit the filter") : "";
  if (isMore) return `All notifications${fits} are marked as read: ${count} that are loaded, and what else there is.`;
  return count === 1 ? `1 notification${fits} is marked as read.` : `${count} notifications${fits} are marked as read.`;
}
