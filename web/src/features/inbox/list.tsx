// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are commands
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { type CSSProperties, type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { currentContext } from "../../commands/context.ts";
import { CommandLines } from "../../commands/lines.tsx";
import { usePreference } from "../../lib/preferences.ts";
import type { Id } from "../../sync/rows.ts";
import { Button } from "../../ui/button.tsx";
import { ContextMenu } from "../../ui/menu.tsx";
import type { Line } from "../items/flat.ts";
import { setListElement } from "../items/focus.ts";
import { useCoarse, useNarrow } from "../items/narrow.ts";
import { useWindow } from "../items/window.ts";
import type { Catalog } from "../properties/catalog.ts";
import type { Group } from "./groups.ts";
import "../items/items.css";
import { ENTRY_COMMANDS, InboxRow, inboxRowId, type RowAct } from "./row.tsx";

interface ListProps {
  readonly groups: readonly Group[];
  readonly focused: Id | null;
  readonly open: Id | null;
  readonly archived: boolean;
  readonly catalog: Catalog;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly hrefOf: (group: Group) => string;
  readonly onOpen: (item: Id) => void;
  readonly onFocus: (item: Id) => void;
  readonly onAct: (act: RowAct, item: Id) => void;
  readonly onMore: () => void;
}

/** On phones the title has a line of its own. */
function useHeight(): number {
  const narrow = useNarrow();
  const coarse = useCoarse();
  const density = usePreference("density");
  if (narrow) return 88;
  return coarse || density === "comfortable" ? 68 : 60;
}

/** So many lines before the end the next page is asked for. */
const AHEAD = 12;

/** The entries; only those in sight are drawn. */
export function InboxList(props: ListProps) {
  const { groups, focused, open, catalog, hrefOf, onOpen, onFocus } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const height = useHeight();
  const lines = useMemo<Line[]>(() => groups.map(({ item }) => ({ kind: "item", path: "inbox", id: item })), [groups]);
  const rows = useWindow(lines, scroller, height);
  const shown = rows.items.at(-1)?.index ?? 0;
  useMore(props, shown);
  useLayoutEffect(() => {
    setListElement(scroller.current);
    return () => setListElement(null);
  }, []);
  useFollow(groups, focused, rows.scrollToIndex);
  const itemAt = (target: EventTarget | null): Id | undefined =>
    target instanceof Element ? target.closest<HTMLElement>("[data-item]")?.dataset.item : undefined;
  const onClick = (event: MouseEvent) => {
    const item = itemAt(event.target);
    const isButton = event.target instanceof Element && event.target.closest("button, [role=menu]") !== null;
    // With these the browser opens the entry in a tab of its own.
    if (!item || isButton || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(item);
  };
  return (
    <ContextMenu
      className="flex min-h-0 flex-1 flex-col"
      content={() => <CommandLines sections={ENTRY_COMMANDS} context={currentContext} />}
      onContextMenu={(event) => {
        const item = itemAt(event.target);
        if (item) onFocus(item);
      }}
    >
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Inbox"
        aria-rowcount={lines.length}
        aria-activedescendant={focused ? inboxRowId(focused) : undefined}
        className="item-list min-h-0 flex-1 overflow-y-auto outline-none"
        style={{ "--inbox-row": `${height}px` } as CSSProperties}
        onClick={onClick}
      >
        <div role="presentation" className="relative" style={{ height: rows.total }}>
          {rows.items.map(({ index, start }) => {
            const group = groups[index];
            if (!group) return null;
            return (
              <div
                key={group.item}
                role="presentation"
                className="item-line"
                style={{ transform: `translateY(${start}px)` }}
              >
                <InboxRow
                  group={group}
                  index={index}
                  focused={group.item === focused}
                  open={group.item === open}
                  archived={props.archived}
                  catalog={catalog}
                  href={hrefOf(group)}
                  onAct={props.onAct}
                  onFocus={onFocus}
                />
              </div>
            );
          })}
        </div>
      </div>
      {props.more && shown >= groups.length - 1 && (
        <div className="shrink-0 border-t border-line p-2 text-center">
          <Button variant="ghost" size="sm" disabled={props.loadingMore} onClick={props.onMore}>
            {props.loadingMore ? "Loading older entries…" : "Show older entries"}
          </Button>
        </div>
      )}
    </ContextMenu>
  );
}

/** Asks for more as the end comes near; once for each number of lines, since a page may be all about items that are here. */
function useMore({ groups, more, onMore }: ListProps, shown: number): void {
  const askedAt = useRef(0);
  const count = groups.length;
  useEffect(() => {
    if (!more || shown < count - AHEAD || askedAt.current === count) return;
    askedAt.current = count;
    onMore();
  }, [more, shown, count, onMore]);
}

/** Keeps the entry that has the focus in sight when the focus moves. */
function useFollow(groups: readonly Group[], focused: Id | null, scrollTo: (index: number) => void): void {
  const now = useRef({ groups, scrollTo });
  now.current = { groups, scrollTo };
  useEffect(() => {
    const index = now.current.groups.findIndex(({ item }) => item === focused);
    if (focused !== null && index >= 0) now.current.scrollTo(index);
  }, [focused]);
}
