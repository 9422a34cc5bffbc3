/** Values as rows and cards show them. Empty ones are drawn only under the pointer or the focus, in their own place, so nothing moves. */

import { CalendarClock, CalendarRange, ChevronRight, CircleUser, Link2, Paperclip, Tag } from "lucide-react";
import { Fragment } from "react";
import { dayLabel, exactTime, fullDay, relativeTime, today } from "../../lib/dates.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { useRow } from "../../sync-react/index.tsx";
import { AvatarStack } from "../../ui/avatar.tsx";
import { LabelDot } from "../../ui/chip.tsx";
import { cx } from "../../ui/classes.ts";
import { PriorityIcon, priorityName } from "../../ui/priority-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { isLate } from "../properties/chips.tsx";

interface ValueProps {
  item: WorkItem;
  catalog: Catalog;
  /** -1 but in the focused row. */
  tab: number;
  /** Only shown, not to be changed by this user. */
  fixed: boolean;
}

export function KeyText({ children, className }: { children: string; className?: string }) {
  return <span className={cx("tabular shrink-0 text-12 text-muted", className)}>{children}</span>;
}

export function PriorityValue({ item, tab, fixed }: Omit<ValueProps, "catalog">) {
  const name = priorityName(item.priority);
  return (
    <button
      type="button"
      tabIndex={tab}
      disabled={fixed}
      data-pick="priority"
      aria-haspopup="dialog"
      aria-label={`Priority: ${name}`}
      {...tip(name, "p")}
      className={cx("item-slot", item.priority === "none" && "item-empty")}
    >
      <PriorityIcon priority={item.priority} />
    </button>
  );
}

export function AssigneeValue({ item, catalog, tab, fixed }: ValueProps) {
  const members = item.assignees.flatMap((id) => catalog.member(id) ?? []);
  const names = members.map(({ display_name }) => display_name).join(", ");
  return (
    <button
      type="button"
      tabIndex={tab}
      disabled={fixed}
      data-pick="assignee"
      aria-haspopup="dialog"
      aria-label={`Assignee: ${names || "nobody"}${members.length > 3 ? ` +${members.length - 3}` : ""}`}
      {...tip(names || "Assign", "a")}
      className={cx("item-slot item-people", members.length === 0 && "item-empty")}
    >
      {members.length > 0 ? (
        <AvatarStack members={members} />
      ) : (
        <CircleUser aria-hidden="true" className="text-muted" />
      )}
    </button>
  );
}

const words = new Map<string, string>();
let wordsOf = "";

/** The day in words; each is made once a day, because rows by the hundred show the same few. */
function dayWords(day: string): string {
  const now = today();
  if (now !== wordsOf) words.clear();
  wordsOf = now;
  const known = words.get(day);
  if (known !== undefined) return known;
  const made = dayLabel(day, now);
  words.set(day, made);
  return made;
}

export function DueValue({
  item,
  catalog,
  tab,
  fixed,
  property,
}: ValueProps & { property: "target_date" | "start_date" }) {
  const day = item[property];
  const due = property === "target_date";
  const title = due ? "Due date" : "Start date";
  const late = due && isLate(catalog, item);
  const Icon = due ? CalendarClock : CalendarRange;
  return (
    <button
      type="button"
      tabIndex={tab}
      disabled={fixed}
      data-pick={property}
      aria-haspopup="dialog"
      aria-label={day ? `${title}: ${dayWords(day)}${late ? ", late" : ""}` : `${title}: none`}
      {...tip(day ? `${due ? "Due" : "Starts"} ${fullDay(day)}` : `Set ${title.toLowerCase()}`, due ? "d" : "Shift+d")}
      className={cx("item-slot item-day", day === null && "item-empty", late && "text-danger")}
    >
      {day === null ? (
        <Icon aria-hidden="true" className="text-muted" />
      ) : (
        <span className="tabular text-12">{dayWords(day)}</span>
      )}
    </button>
  );
}

export function Labels({ item, catalog, tab, fixed }: ValueProps) {
  const labels = item.labels.flatMap((id) => catalog.label(id) ?? []);
  const names = labels.map(({ name }) => name).join(", ");
  const shown = labels.slice(0, 3);
  const rest = labels.length > 3 ? ` +${labels.length - 3}` : "";
  return (
    <button
      type="button"
      tabIndex={tab}
      disabled={fixed}
      data-pick="label"
      aria-haspopup="dialog"
      aria-label={`Label: ${shown.map(({ name }) => name).join(" ") || "none"}${rest}`}
      {...tip(names || "Add label", "l")}
      className={cx("item-slot item-labels", labels.length === 0 && "item-empty")}
    >
      {labels.length === 0 && <Tag aria-hidden="true" className="text-muted" />}
      {shown.map(({ id, name, color }, place) => (
        <Fragment key={id}>
          {/* Words apart, as the button's name has them. */}
          {place > 0 && " "}
          <span className="item-label">
            <LabelDot color={color} />
            <span className="item-label-name">{name}</span>
          </span>
        </Fragment>
      ))}
      {rest !== "" && <span className="tabular text-11 text-muted">{rest}</span>}
    </button>
  );
}

/** How many of the items below are done: a small ring and the numbers. */
export function Progress({ done, count }: { done: number; count: number }) {
  const length = 2 * Math.PI * 5;
  return (
    <span {...tip(`${done} of ${count} sub-items done`)} className="flex shrink-0 items-center gap-1 pr-1 text-muted">
      <svg viewBox="0 0 14 14" className="size-3.5 -rotate-90" fill="none" aria-hidden="true">
        {/* Thinner than what is done, or in high contrast nothing done would look like all. */}
        <circle cx="7" cy="7" r="5" strokeWidth="1" stroke="var(--line-strong)" />
        <circle
          cx="7"
          cy="7"
          r="5"
          strokeWidth="2"
          stroke={done === count ? "var(--state-completed)" : "var(--accent)"}
          strokeDasharray={`${(done / count) * length} ${length}`}
        />
      </svg>
      <span className="tabular text-11">
        {done}/{count}
      </span>
    </span>
  );
}

/** Below which item it stands. */
export function ParentPath({ catalog, parent }: { catalog: Catalog; parent: Id }) {
  const row = useRow("work_item", parent);
  if (!row) return null;
  return (
    <span {...tip(`Below ${catalog.key(row)} ${row.name}`)} className="item-parent">
      <ChevronRight aria-hidden="true" className="size-3! rotate-180" />
      <span className="truncate">{row.name}</span>
    </span>
  );
}

export function MomentValue({ title, value }: { title: string; value: string }) {
  return (
    <span {...tip(`${title} ${exactTime(value)}`)} className="item-moment tabular">
      {relativeTime(value)}
    </span>
  );
}

/** Links and files of a card. */
export function Counts({ item, links, files }: { item: WorkItem; links: boolean; files: boolean }) {
  return (
    <>
      {links && item.link_count > 0 && (
        <span {...tip(`${item.link_count} links`)} className="tabular flex items-center gap-1 text-11 text-muted">
          <Link2 aria-hidden="true" className="size-3.5!" />
          {item.link_count}
        </span>
      )}
      {files && item.attachment_count > 0 && (
        <span {...tip(`${item.attachment_count} files`)} className="tabular flex items-center gap-1 text-11 text-muted">
          <Paperclip aria-hidden="true" className="size-3.5!" />
          {item.attachment_count}
        </span>
      )}
    </>
  );
}
