/** What one does with entries, said as it is done, with a way back where there is one. */

import { type Doing, doings, GONE } from "../../app/doings.ts";
import { inWords } from "../../app/error.ts";
import { toast } from "../../ui/toast.tsx";
import type { Act, Boxes, Outcome } from "./boxes.ts";
import { type Filter, writeFilter } from "./filter.ts";
import { type Group, keyOfItem } from "./groups.ts";
import { markAllRead, type Notification, setArchived, setFollowing, setRead, setSnoozed } from "./remote.ts";
import { momentLabel } from "./snooze.ts";

const READ_ALL = "Mark all as read";

type Step = Pick<Act, "change" | "send">;

/** Archived, snoozed, read: nothing of it waits for the network, and without one nothing of it is begun. */
export class Acts {
  constructor(private readonly boxes: Boxes) {}

  read(group: Group, read: boolean): void {
    const rows = group.rows.filter(({ read_at }) => Boolean(read_at) !== read);
    const label = `Marked ${keyOfItem(group)} as ${read ? "read" : "unread"}`;
    this.act(label, rows, this.reading(read), this.reading(!read));
  }

  /** What is opened is read; nobody is told if that could not be sent. Answers whether it could be tried. */
  seen(rows: readonly Notification[]): boolean {
    if (!this.isOnline()) return false;
    const unread = rows.filter(({ read_at }) => !read_at);
    if (unread.length > 0) void this.boxes.act({ rows: unread, ...this.reading(true), isMinor: true });
    return true;
  }

  archive(group: Group, archived: boolean): void {
    const rows = group.rows.filter(({ archived_at }) => Boolean(archived_at) !== archived);
    const label = archived ? `Archived ${keyOfItem(group)}` : `Moved ${keyOfItem(group)} back to the inbox`;
    this.act(label, rows, this.archiving(archived), this.archiving(!archived));
  }

  /** `till` null: it is back now. */
  snooze(group: Group, till: Date | null): void {
    const label = till
      ? `Snoozed ${keyOfItem(group)} until ${momentLabel(till, new Date())}`
      : `Moved ${keyOfItem(group)} back to the inbox`;
    if (till) this.boxes.counts.asking.at(till.getTime());
    // A time that is past cannot be set again, and means the same as none.
    const before = group.newest.snoozed_till ?? null;
    const back = before && Date.parse(before) > Date.now() ? before : null;
    this.act(label, group.rows, this.snoozing(till?.toISOString() ?? null), this.snoozing(back));
  }

  /** Ends hearing of the item. */
  async unfollow(group: Group): Promise<void> {
    const [stop, start] = ["Stop following", "Follow again"];
    const key = keyOfItem(group);
    if (!this.isOnline()) return this.sayOffline(stop);
    if (!(await this.sendFollowing(stop, group, false))) return;
    const turn = (label: string, follows: boolean, said: string, failed: () => void) => () => {
      const isBegun = this.isOnline();
      if (!isBegun) this.sayOffline(label);
      else
        void this.sendFollowing(label, group, follows).then((isDone) => {
          if (isDone) toast(said, { key: "undo" });
          else failed();
        });
      return isBegun;
    };
    const doing: Doing = {
      undo: turn(start, true, `You follow ${key} again`, () => doings.stands(doing)),
      redo: turn(stop, false, `You no longer follow ${key}`, () => doings.forget(doing)),
    };
    this.offer(`You no longer follow ${key}`, doing);
  }

  async readAll(filter: Filter): Promise<void> {
    if (!this.isOnline()) return this.sayOffline(READ_ALL);
    // Undo is not to take back what was done before it instead.
    const doing = doings.didForGood(() => toast("“Mark all as read” cannot be taken back", { key: "undo" }));
    try {
      await this.boxes.readAll(() => markAllRead(this.boxes.engine.slug, filter));
    } catch (error) {
      doings.forget(doing);
      toast(`${READ_ALL}: not done`, { tone: "danger", key: "undo", detail: inWords(error).message });
      return;
    }
    const isAll = Object.values(writeFilter({ ...filter, unread: false })).every((value) => value === undefined);
    toast(isAll ? "All is marked as read" : "All that fits the filter is marked as read", { key: "undo" });
  }

  private act(label: string, rows: readonly Notification[], there: Step, back: Step): void {
    if (rows.length === 0) return;
    if (!this.isOnline()) {
      this.sayOffline(label);
      return;
    }
    // What was refused cannot be taken back.
    let standing = rows;
    const go = () => {
      void this.boxes.act({ rows: standing, ...there }).then((outcome) => {
        standing = standing.filter(({ id }) => !outcome.refused.includes(id));
        if (standing.length === 0) doings.forget(doing);
        this.sayRefused(label, outcome);
      });
    };
    const goBack = (name: string) => {
      const done = standing.map((row) => ({ ...row, ...there.change }));
      void this.boxes.act({ rows: done, ...back }).then((outcome) => {
        if (outcome.refused.length > 0) doings.stands(doing);
        this.sayRefused(name, outcome);
      });
    };
    const begin = (name: string, said: string, run: (name: string) => void) => () => {
      if (this.isOnline()) {
        run(name);
        toast(said, { key: "undo" });
        return true;
      }
      this.sayOffline(name);
      return false;
    };
    const doing: Doing = {
      undo: begin(`Undo of “${label}”`, `Undone: ${label}`, goBack),
      redo: begin(label, `Done again: ${label}`, go),
    };
    this.offer(label, doing);
    go();
  }

  private offer(label: string, doing: Doing): void {
    doings.did(doing);
    const run = () => void (doings.undo(doing) || toast(GONE, { key: "undo" }));
    toast(label, { key: "undo", action: { label: "Undo", keys: "$mod+z", run } });
  }

  /** Whether it was done; says it if not. */
  private async sendFollowing(label: string, { newest }: Group, follows: boolean): Promise<boolean> {
    try {
      await setFollowing(this.boxes.engine.slug, newest.project, newest.issue.id, follows);
      return true;
    } catch (error) {
      toast(`${label}: not done`, { tone: "danger", detail: inWords(error).message });
      return false;
    }
  }

  private reading(read: boolean): Step {
    const { slug } = this.boxes.engine;
    return { change: { read_at: read ? new Date().toISOString() : null }, send: (id) => setRead(slug, id, read) };
  }

  private archiving(archived: boolean): Step {
    const { slug } = this.boxes.engine;
    const archived_at = archived ? new Date().toISOString() : null;
    return { change: { archived_at }, send: (id) => setArchived(slug, id, archived) };
  }

  private snoozing(till: string | null): Step {
    const { slug } = this.boxes.engine;
    return { change: { snoozed_till: till }, send: (id) => setSnoozed(slug, id, till) };
  }

  private isOnline(): boolean {
    return this.boxes.engine.status().online;
  }

  private sayOffline(label: string): void {
    const detail = "There is no connection, and this needs one. Nothing was changed.";
    toast(`${label}: not done`, { tone: "danger", key: "undo", detail });
  }

  private sayRefused(label: string, { refused, reason }: Outcome): void {
    if (refused.length === 0 || !reason) return;
    const detail = reason.status === 0 ? "The server cannot be reached. It is as it was." : reason.message;
    toast(`${label}: not done`, { tone: "danger", key: "undo", detail });
  }
}
