/** The open entry: what happened, what can be done with it, and below it the item itself. */

import { useRouter } from "@tanstack/react-router";
import { Archive, ArchiveRestore, BellOff, Clock, Mail, MailOpen } from "lucide-react";
import { type ReactNode, useState } from "react";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { Telling } from "../activity/telling.tsx";
import { Peek } from "../detail/peek.tsx";
import type { Desk } from "./commands.ts";
import { type Group, isArchived, isDeleted, keyOfItem } from "./groups.ts";
import { happenedOf } from "./happened.ts";
import type { Notification } from "./remote.ts";

interface Props {
  readonly group: Group;
  readonly desk: Desk;
}

export function Pane({ group, desk }: Props) {
  const key = keyOfItem(group);
  return (
    <Peek
      address={key}
      onClose={desk.close}
      onMoved={() => undefined}
      onWalk={desk.walk}
      pane={{ above: <Above key={group.item} group={group} desk={desk} />, missing: <Missing group={group} /> }}
    />
  );
}

/** What can be told of is there, or was deleted: it is in no list. */
function Missing({ group }: { group: Group }) {
  const { slug } = useEngine();
  const router = useRouter();
  const { issue } = group.newest;
  const name = `${keyOfItem(group)} “${issue.name}”`;
  if (isDeleted(group)) return <EmptyState sentence={`${name} was deleted. Nothing else of it is shown.`} />;
  const to = { ws: slug, project: issue.project_identifier };
  const run = () => void router.navigate({ to: "/$ws/p/$project/archive", params: to });
  return (
    <EmptyState
      sentence={`${name} is in no list now. It may have been archived.`}
      action={{ label: "Look in the archive", run }}
    />
  );
}

/** So many are told at first. */
const FEW = 3;

function Above({ group, desk }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? group.rows : group.rows.slice(0, FEW);
  const rest = group.rows.length - shown.length;
  const isPut = isArchived(group);
  const isUnread = group.unread > 0;
  return (
    <section aria-label="What happened" className="shrink-0 border-b border-line bg-sunken">
      <ol
        tabIndex={all ? 0 : undefined}
        className="flex max-h-[35vh] flex-col gap-1 overflow-y-auto px-5 pt-2.5 pb-1 max-sm:px-4"
      >
        {shown.map((row) => (
          <Happening key={row.id} row={row} />
        ))}
      </ol>
      {rest > 0 && (
        <Button size="sm" variant="ghost" className="ml-9.5 max-sm:ml-8.5" onClick={() => setAll(true)}>
          Show {rest} earlier
        </Button>
      )}
      <div className="flex flex-wrap items-center gap-0.5 px-3.5 pb-1.5 max-sm:gap-0 max-sm:px-2.5">
        <Action
          label={isPut ? "Move back to the inbox" : "Archive"}
          keys="e"
          icon={isPut ? <ArchiveRestore size={14} /> : <Archive size={14} />}
          onClick={() => desk.archive(group)}
        />
        {!isPut && (
          <Action label="Snooze" keys="h" icon={<Clock size={14} />} onClick={(anchor) => desk.snooze(group, anchor)} />
        )}
        <Action
          label={isUnread ? "Mark read" : "Mark unread"}
          keys="u"
          icon={isUnread ? <MailOpen size={14} /> : <Mail size={14} />}
          onClick={() => desk.read(group)}
        />
        {!isDeleted(group) && (
          <Action
            label="Unfollow"
            hint="Stop following the item"
            keys="Shift+u"
            icon={<BellOff size={14} />}
            onClick={() => desk.unfollow(group)}
          />
        )}
      </div>
    </section>
  );
}

interface ActionProps {
  readonly label: string;
  /** What it does, where the label alone is short. */
  readonly hint?: string;
  readonly keys: string;
  readonly icon: ReactNode;
  readonly onClick: (button: Element) => void;
}

function Action({ label, hint = label, keys, icon, onClick }: ActionProps) {
  return (
    <Button
      size="sm"
      variant="ghost"
      icon={<span aria-hidden="true">{icon}</span>}
      {...tip(hint, keys)}
      onClick={(event) => onClick(event.currentTarget)}
    >
      {label}
    </Button>
  );
}

function Happening({ row }: { row: Notification }) {
  const engine = useEngine();
  const member = useRow("member", row.actor);
  const { actor, told, text } = happenedOf(engine, row);
  return (
    <li className="flex items-start gap-2 text-12 text-muted">
      <Avatar member={member} size={16} named={false} className="mt-px" />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium text-text">{actor}</span>{" "}
        {told.map((each, index) => (
          <span key={each.words + each.value}>
            {index > 0 && ", "}
            <Telling told={each} />
          </span>
        ))}{" "}
        ·{" "}
        <time dateTime={row.happened_at} {...tip(exactTime(row.happened_at))}>
          {relativeTime(row.happened_at)}
        </time>
        {text && <p className="line-clamp-3 text-13 text-text">{text}</p>}
      </div>
    </li>
  );
}
