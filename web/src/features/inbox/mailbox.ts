/** The notifications of one filter, as far as they were loaded, with what the user did laid over them at once. */

import { ApiError } from "../../api/client.ts";
import { keepSeen, readSeen } from "../../sync/drafts.ts";
import type { Id } from "../../sync/rows.ts";
import { type Filter, fitsFilter } from "./filter.ts";
import type { Notification, Page } from "./remote.ts";

export interface MailboxState {
  /** What is shown, the newest first; undefined: nothing is known yet. */
  readonly rows: readonly Notification[] | undefined;
  /** What is here and does not fit: put away just now, or asked for by itself. */
  readonly hidden: readonly Notification[];
  readonly more: boolean;
  readonly loadingMore: boolean;
  /** Why the last reading failed. */
  readonly error: ApiError | null;
}

export type ReadPage = (size: number, number: number) => Promise<Page>;

const PAGE = 100;
/** So many are read again when there are news; what lies further down stays as it was loaded. */
const MOST_AGAIN = 300;

export class Mailbox {
  private held: readonly Notification[] | undefined;
  private more = true;
  private loadingMore = false;
  private error: ApiError | null = null;
  /** Grows with all that the user does, so that what was asked before does not undo it. */
  private acts = 0;
  /** They stay although they fit no more: read while only unread ones are asked for, or asked for by themselves. */
  private readonly kept = new Set<Id>();
  private reading: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();
  private state: MailboxState = { rows: undefined, hidden: [], more: false, loadingMore: false, error: null };

  constructor(
    readonly filter: Filter,
    private readonly key: string,
    private readonly read: ReadPage,
    /** Says how much was changed; not a number while something is on its way to the server. */
    private readonly changes: () => number = () => 0,
  ) {}

  get = (): MailboxState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Shows what this browser saw last, and reads what there is now. */
  async open(): Promise<void> {
    if (this.held === undefined) {
      const seen = await readSeen<readonly Notification[]>(this.key);
      if (this.held === undefined && seen) this.hold(seen);
    }
    await this.refresh();
  }

  /** Lines that only stayed so as not to go under one's eyes are let go of. */
  settle(): void {
    this.kept.clear();
    this.tell();
  }

  /** Reads again what was loaded. */
  refresh(): Promise<void> {
    this.reading ??= this.readAgain().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readAgain(): Promise<void> {
    const before = this.stamp();
    const size = Math.min(MOST_AGAIN, PAGE * Math.max(1, Math.ceil(this.matching() / PAGE)));
    try {
      const page = await this.read(size, 0);
      this.error = null;
      if (before !== this.stamp()) return this.tell();
      this.replace(page);
      void keepSeen(this.key, page.rows.slice(0, PAGE));
    } catch (error) {
      this.error = failureOf(error);
      this.tell();
    }
  }

  private stamp(): number {
    return this.acts + this.changes();
  }

  /** Loads the next page; by numbers, because what was put away since moves the pages. */
  async loadMore(): Promise<void> {
    if (this.loadingMore || !this.more || this.held === undefined) return;
    this.loadingMore = true;
    this.tell();
    try {
      for (let number = Math.floor(this.matching() / PAGE); ; number++) {
        const page = await this.read(PAGE, number);
        this.error = null;
        this.more = page.more;
        if (this.append(page.rows) > 0 || !page.more) break;
      }
    } catch (error) {
      this.error = failureOf(error);
    } finally {
      this.loadingMore = false;
      this.tell();
    }
  }

  /** Rows as the user made them, in their places, whether they were here or not, before the server has answered. */
  put(rows: readonly Notification[]): void {
    this.acts++;
    if (this.held === undefined) return;
    if (this.filter.unread) for (const { id, read_at } of rows) if (read_at) this.kept.add(id);
    const ids = new Set(rows.map(({ id }) => id));
    const others = this.held.filter(({ id }) => !ids.has(id));
    this.hold(sorted([...others, ...rows]));
  }

  /** A row that is looked at, whether it fits or not. */
  admit(row: Notification): void {
    this.kept.add(row.id);
    this.hold(merged(this.held ?? [], [row]));
  }

  /** How many of those that the server would list are here. */
  private matching(): number {
    return this.held?.filter((row) => fitsFilter(this.filter, row)).length ?? 0;
  }

  private replace({ rows, more }: Page): void {
    const last = rows.at(-1);
    if (!more || !last || this.held === undefined) {
      const stays = this.held?.filter(({ id }) => this.kept.has(id)) ?? [];
      this.more = more;
      this.hold(merged(rows, stays));
      return;
    }
    // What is older than the page was not asked for, nor what stands behind its end and is of the same moment, as all of a bulk change is.
    const ending = new Set(rows.filter((row) => row.happened_at === last.happened_at).map(({ id }) => id));
    const end = this.held.findLastIndex(({ id }) => ending.has(id));
    const isBehind = ({ happened_at }: Notification, at: number) =>
      happened_at < last.happened_at || (happened_at === last.happened_at && at > end);
    const rest = this.held.filter((row, at) => isBehind(row, at) || this.kept.has(row.id));
    if (rest.length === 0) this.more = true;
    this.hold(merged(rows, rest));
  }

  private append(rows: readonly Notification[]): number {
    const known = new Set(this.held?.map(({ id }) => id));
    const fresh = rows.filter(({ id }) => !known.has(id));
    this.hold([...(this.held ?? []), ...fresh]);
    return fresh.length;
  }

  private hold(rows: readonly Notification[]): void {
    this.held = rows;
    this.tell();
  }

  private tell(): void {
    const isShown = (row: Notification) => fitsFilter(this.filter, row) || this.isKept(row);
    const rows = this.held?.filter(isShown);
    const hidden = this.held?.filter((row) => !isShown(row)) ?? [];
    this.state = { rows, hidden, more: this.more, loadingMore: this.loadingMore, error: this.error };
    for (const listener of this.listeners) listener();
  }

  private isKept(row: Notification): boolean {
    return this.kept.has(row.id) && fitsFilter({ ...this.filter, unread: false }, row);
  }
}

/** The rows of the server as they come; others among them by their time. */
function merged(rows: readonly Notification[], others: readonly Notification[]): readonly Notification[] {
  const ids = new Set(rows.map(({ id }) => id));
  const missing = others.filter(({ id }) => !ids.has(id));
  return missing.length === 0 ? rows : sorted([...rows, ...missing]);
}

/** The newest first; those of one moment stay as they are. */
function sorted(rows: readonly Notification[]): readonly Notification[] {
  return rows.toSorted((a, b) => (a.happened_at < b.happened_at ? 1 : a.happened_at > b.happened_at ? -1 : 0));
}

function failureOf(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError("They could not be read.", 0, null, {}, { cause: error });
}
