// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { Archive, ArchiveRestore, Clock, Ellipsis, Mail, MailOpen, Trash2 } from "lucide-react";
import { memo } from "react";
import { currentContext } from "../../commands/context.ts";
import { CommandLines } from "../../commands/lines.tsx";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import type { Id } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { sentence, type Told } from "../activity/words.ts";
import type { Catalog } from "../properties/catalog.ts";
import { type Group, isArchived, isDeleted, keyOfItem, reasonOf } from "./groups.ts";
import { happenedOf } from "./happened.ts";
import { momentLabel } from "./snooze.ts";

export type RowAct = "read" | "snooze" | "archive";

export interface RowProps {
  group: Group;
  index: number;
  focused: boolean;
  open: boolean;
  /** Of those that were put away: they can come back. */
  archived: boolean;
  catalog: Catalog;
  href: string;
  onAct: (act: RowAct, item: Id) => void;
  onFocus: (item: Id) => void;
}

const REASONS = { mentioned: "Mentioned", assigned: "Assigned", created: "Created", subscribed: "Subscribed" } as const;

/** An item with what happened to it last. Its buttons are there for pointers; by keys the list has commands. */
export const InboxRow = memo(function InboxRow(props: RowProps) {
  const { group, index, focused, open, href } = props;
  const { item, newest, unread } = group;
  const live = useRow("work_item", item);
  const title = live?.name ?? newest.issue.name;
  return (
    <div
      role="row"
      id={inboxRowId(item)}
      aria-rowindex={index + 1}
      aria-selected={open}
      data-item={item}
      data-focused={focused ? "" : undefined}
      data-chosen={open ? "" : undefined}
      data-unread={unread > 0 ? "" : undefined}
      className="inbox-row"
    >
      <div role="gridcell" className="inbox-entry">
        <div className="inbox-head">
          {unread > 0 && <span role="img" aria-label="Unread" className="inbox-dot" />}
          {isDeleted(group) ? (
            <Trash2 role="img" aria-label="Deleted" className="text-faint" />
          ) : (
            <ItemState catalog={props.catalog} state={live?.state ?? newest.issue.state} />
          )}
          <span className="tabular shrink-0 text-12 text-muted">{keyOfItem(group)}</span>
          <a href={href} tabIndex={-1} data-title="" className="inbox-title truncate">
            {title}
          </a>
          <time
            dateTime={newest.happened_at}
            {...tip(exactTime(newest.happened_at))}
            className="tabular shrink-0 text-12 text-muted"
          >
            {relativeTime(newest.happened_at)}
          </time>
        </div>
        <What group={group} />
      </div>
      <Actions {...props} />
    </div>
  );
});

function ItemState({ catalog, state: id }: { catalog: Catalog; state: Id }) {
  const state = catalog.state(id);
  if (!state) return <span className="size-4 shrink-0" />;
  return <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} label={state.name} />;
}

/** The last thing that happened, how much else did, and why one is told. */
function What({ group }: { group: Group }) {
  const engine = useEngine();
  const { newest } = group;
  const member = useRow("member", newest.actor);
  const { actor, told, text } = happenedOf(engine, newest);
  const others = group.rows.length - 1;
  return (
    <div className="flex min-w-0 items-center gap-2 text-12 text-muted">
      <Avatar member={member} size={16} named={false} />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium text-text">{actor}</span> <Words told={told} />
        {text && `: ${text}`}
      </span>
      {others > 0 && (
        <span className="inbox-more tabular" {...tip(`${others} more on this item`)}>
          +{others}
        </span>
      )}
      <span className="shrink-0">
        {newest.snoozed_till && Date.parse(newest.snoozed_till) > Date.now()
          ? momentLabel(new Date(newest.snoozed_till), new Date())
          : REASONS[reasonOf(group)]}
      </span>
    </div>
  );
}

function Words({ told: [first, ...rest] }: { told: readonly Told[] }) {
  if (!first) return null;
  return (
    <>
      {first.words}
      {first.value && " "}
      {first.value && <span className="text-text">{first.value}</span>}
      {first.before && ` (was ${first.before})`}
      {rest.length > 0 && `, ${rest.map(sentence).join(", ")}`}
    </>
  );
}

/** What a menu of an entry offers. */
export const ENTRY_COMMANDS: readonly (readonly string[])[] = [
  ["inbox.open", "item.open-page"],
  ["inbox.read", "inbox.snooze", "inbox.archive"],
  ["inbox.unfollow"],
];

function Actions({ group, archived, onAct, onFocus }: RowProps) {
  const key = keyOfItem(group);
  const read = group.unread > 0;
  return (
    <div role="gridcell" className="inbox-actions">
      <span className="inbox-pointer">
        <IconButton
          label={`Mark ${key} as ${read ? "read" : "unread"}`}
          keys="u"
          tabIndex={-1}
          onClick={() => onAct("read", group.item)}
        >
          {read ? <MailOpen aria-hidden="true" /> : <Mail aria-hidden="true" />}
        </IconButton>
        {!isArchived(group) && (
          <IconButton
            label={`Snooze ${key}`}
            keys="h"
            tabIndex={-1}
            data-snooze=""
            onClick={() => onAct("snooze", group.item)}
          >
            <Clock aria-hidden="true" />
          </IconButton>
        )}
        <IconButton
          label={archived ? `Move ${key} back to the inbox` : `Archive ${key}`}
          keys="e"
          tabIndex={-1}
          onClick={() => onAct("archive", group.item)}
        >
          {archived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
        </IconButton>
      </span>
      <span className="inbox-touch">
        <Menu
          align="end"
          onOpenChange={(opens) => opens && onFocus(group.item)}
          trigger={
            <IconButton label={`Actions for ${key}`} tabIndex={-1}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <CommandLines sections={ENTRY_COMMANDS} context={currentContext} />
        </Menu>
      </span>
    </div>
  );
}

export function inboxRowId(item: Id): string {
  return `inbox-${item}`;
}
