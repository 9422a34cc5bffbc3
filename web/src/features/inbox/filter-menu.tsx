/** What of the notifications is shown: tabs, a menu, and in words what the menu has narrowed it to. */

import { ListFilter } from "lucide-react";
import { Tab } from "../../app/header.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { UnreadCount } from "../../ui/chip.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { ProjectIcon } from "../projects/icon.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { everything, type Filter, isNarrowed, REASONS, type Reason, writeFilter } from "./filter.ts";
import type { Unread } from "./remote.ts";

const REASON_WORDS: Record<Reason, string> = {
  assigned: "Assigned to me",
  created: "Created by me",
  subscribed: "Subscribed to",
};
const PLACES = { snoozed: "Snoozed", archived: "Archived" } as const;

interface Props {
  readonly filter: Filter;
  readonly catalog: Catalog;
  readonly onChange: (filter: Filter) => void;
}

export function FilterTabs({ filter, unread, base }: { filter: Filter; unread: Unread | undefined; base: string }) {
  const tabs = [
    { id: "all", label: "All", mentions: false, count: unread?.total ?? 0 },
    { id: "mentions", label: "Mentions", mentions: true, count: unread?.mentions ?? 0 },
  ];
  return (
    <nav aria-label="Inbox" className="flex items-center gap-1">
      {tabs.map(({ id, label, mentions, count }) => (
        <Tab
          key={id}
          to={`${base}/inbox`}
          search={writeFilter({ ...filter, mentions, reasons: [] })}
          active={filter.mentions === mentions}
        >
          {label}
          {count > 0 && <UnreadCount count={count} />}
        </Tab>
      ))}
    </nav>
  );
}

export function FilterMenu({ filter, catalog, onChange }: Props) {
  const { reasons, project, place } = filter;
  const toggled = (reason: Reason) =>
    reasons.includes(reason) ? reasons.filter((other) => other !== reason) : [...reasons, reason];
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Filter" className={cx(isNarrowed(filter) && "text-accent-text")}>
          <ListFilter aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem checked={filter.unread} onSelect={() => onChange({ ...filter, unread: !filter.unread })}>
        Unread only
      </MenuItem>
      <MenuSeparator />
      <MenuGroup label="Why I am told">
        {REASONS.map((reason) => (
          <MenuItem
            key={reason}
            checked={reasons.includes(reason)}
            onSelect={() => onChange({ ...filter, mentions: false, reasons: toggled(reason) })}
          >
            {REASON_WORDS[reason]}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuGroup label="Show instead">
        {(["snoozed", "archived"] as const).map((other) => (
          <MenuItem
            key={other}
            checked={place === other}
            onSelect={() => onChange({ ...filter, place: place === other ? "inbox" : other })}
          >
            {PLACES[other]}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuGroup label="Project">
        {catalog.projects().map((row) => (
          <MenuItem
            key={row.id}
            icon={<ProjectIcon project={row} />}
            checked={project === row.id}
            onSelect={() => onChange({ ...filter, project: project === row.id ? null : row.id })}
          >
            {row.name}
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}

/** In words what is shown, and the way back to all of it. */
export function FilterLine({ filter, catalog, onChange }: Props) {
  if (!isNarrowed(filter)) return null;
  const { reasons, unread, project, place } = filter;
  const words = [
    ...(place === "inbox" ? [] : [PLACES[place]]),
    ...(unread ? ["Unread only"] : []),
    ...(reasons.length > 0 ? [reasons.map((reason) => REASON_WORDS[reason]).join(" or ")] : []),
    ...(project ? [catalog.project(project)?.name ?? "A project that is not here"] : []),
  ];
  return (
    <div className="flex min-h-9 shrink-0 items-center gap-2 border-b border-line bg-sunken pr-2 pl-4 text-12">
      <span className="min-w-0 flex-1 truncate">{words.join(" · ")}</span>
      <Button size="sm" variant="ghost" onClick={() => onChange({ ...everything, mentions: filter.mentions })}>
        Clear filters
      </Button>
    </div>
  );
}
