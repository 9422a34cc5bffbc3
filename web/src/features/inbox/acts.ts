/** What one does with entries, said as it is done, with a way back where there is one. */

import { inWords } from "../../app/error.ts";
import { type LastAct, lastAct } from "../../app/last-act.ts";
import { toast } from "../../ui/toast.tsx";
import type { Act, Boxes, Outcome } from "./boxes.ts";
import { type Filter, writeFilter } from "./filter.ts";
import { type Group, keyOfItem } from "./groups.ts";
import { markAllRead, type Notification, setArchived, setFollowing, setRead, setSnoozed } from "./remote.ts";
import { momentLabel } from "./snooze.ts";

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
    if (unread.length > 0) void this.boxes.act({ rows: unread, ...this.reading(true) });
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

  /** Ends hearing of the item, or begins it again. */
  follow(group: Group, follows: boolean): void {
    const label = follows ? "Follow again" : "Stop following";
    if (!this.isOnline()) {
      this.sayOffline(label);
      return;
    }
    const { project, issue } = group.newest;
    const key = keyOfItem(group);
    setFollowing(this.boxes.engine.slug, project, issue.id, follows).then(
      () => {
        if (follows) toast(`You follow ${key} again`, { key: "undo" });
        else this.offer(`You no longer follow ${key}`, () => this.follow(group, true));
      },
      (error: unknown) => toast(`${label}: not done`, { tone: "danger", detail: inWords(error).message }),
    );
  }

  async readAll(filter: Filter): Promise<void> {
    if (!this.isOnline()) return this.sayOffline("Mark all as read");
    await this.boxes.readAll(() => markAllRead(this.boxes.engine.slug, filter));
    const isAll = Object.values(writeFilter({ ...filter, unread: false })).every((value) => value === undefined);
    toast(isAll ? "All is marked as read" : "All that fits the filter is marked as read", { key: "undo" });
  }

  private act(label: string, rows: readonly Notification[], there: Step, back: Step): void {
    if (rows.length === 0) return;
    if (!this.isOnline()) {
      this.sayOffline(label);
      return;
    }
    const done = rows.map((row) => ({ ...row, ...there.change }));
    const undo = () => {
      const name = `Undo of “${label}”`;
      if (!this.isOnline()) {
        this.sayOffline(name);
        return;
      }
      void this.boxes.act({ rows: done, ...back }).then((outcome) => this.sayRefused(name, outcome));
      toast(`Undone: ${label}`, { key: "undo" });
    };
    const offered = this.offer(label, undo);
    void this.boxes.act({ rows, ...there }).then((outcome) => {
      // What was refused cannot be taken back.
      if (outcome.failed > 0 && lastAct.get() === offered) lastAct.set(null);
      this.sayRefused(label, outcome);
    });
  }

  private offer(label: string, run: () => void): LastAct {
    const made: LastAct = {
      undo: () => {
        if (lastAct.get() === made) lastAct.set(null);
        run();
      },
    };
    lastAct.set(made);
    toast(label, { key: "undo", action: { label: "Undo", keys: "$mod+z", run: made.undo } });
    return made;
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

  private sayRefused(label: string, { failed, reason }: Outcome): void {
    if (failed === 0 || !reason) return;
    const detail = reason.status === 0 ? "The server cannot be reached. It is as it was." : reason.message;
    toast(`${label}: not done`, { tone: "danger", key: "undo", detail });
  }
}
