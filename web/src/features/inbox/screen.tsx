/** The inbox: what happened with what one follows, one line for each item, and the item beside it. */

import "./inbox.css";
import { useParams, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { Header } from "../../app/header.tsx";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Waiting } from "../../ui/states.tsx";
import { useCatalog } from "../properties/catalog.ts";
import { Floating } from "../properties/floating.tsx";
import { boxesOf } from "./boxes.ts";
import { useInboxCommands } from "./commands.ts";
import { type InboxDesk, useDesk } from "./desk.ts";
import { type Filter, type InboxSearch, readFilter, writeFilter } from "./filter.ts";
import { FilterLine, FilterMenu, FilterTabs } from "./filter-menu.tsx";
import { groupsOf } from "./groups.ts";
import { InboxList } from "./list.tsx";
import { Behind, Nothing, Unopened } from "./nothing.tsx";
import { useOpenGroup } from "./open.ts";
import { AskAll, ReadAll } from "./read-all.tsx";
import type { RowAct } from "./row.tsx";
import { SnoozePick } from "./snooze-pick.tsx";
import { useUnread } from "./unread.ts";
import { wholeOf } from "./whole.ts";

const Pane = lazy(() => import("./pane.tsx").then(({ Pane: component }) => ({ default: component })));

export function InboxScreen() {
  const engine = useEngine();
  const catalog = useCatalog();
  const router = useRouter();
  const { id } = useParams({ strict: false });
  const unread = useUnread();
  const { filter, change } = useFilter();
  const boxes = boxesOf(engine);
  const box = useMemo(() => boxes.of(filter), [boxes, filter]);
  useEffect(() => boxes.show(box), [boxes, box]);
  const state = useSyncExternalStore(box.subscribe, box.get);
  const groups = useMemo(() => groupsOf(state.rows ?? []), [state.rows]);
  const open = useOpenGroup(box, state, groups, id ?? null);
  const base = `/${engine.slug}`;
  const goTo = useCallback(
    (entry: Id | null, replace = false) => {
      const search = writeFilter(filter);
      const at = { ws: engine.slug };
      if (entry === null) void router.navigate({ to: "/$ws/inbox", params: at, search, replace });
      else void router.navigate({ to: "/$ws/inbox/$id", params: { ...at, id: entry }, search, replace });
    },
    [router, engine.slug, filter],
  );
  const whole = wholeOf(filter, state, unread);
  const desk = useDesk({ boxes, filter, groups, open: open.group, whole, goTo });
  useInboxCommands(desk);
  const calls = useCalls(desk);
  const onMore = useCallback(() => void box.loadMore(), [box]);
  const total = unread?.total ?? 0;
  return (
    <div className="flex min-h-0 flex-1">
      <section aria-label="Entries" className="inbox-list" data-behind={id === undefined ? undefined : ""}>
        <Header
          crumbs={[{ label: "Inbox", name: total > 0 ? `Inbox (${total})` : "Inbox" }]}
          tabs={<FilterTabs filter={filter} unread={unread} base={base} />}
          actions={
            <>
              <ReadAll fits={state.more || groups.some((group) => group.unread > 0)} />
              <FilterMenu filter={filter} catalog={catalog} onChange={change} />
            </>
          }
        />
        <FilterLine filter={filter} catalog={catalog} onChange={change} />
        <Behind state={state} onRetry={() => void box.refresh()} />
        {groups.length === 0 ? (
          <Nothing state={state} filter={filter} onRetry={() => void box.refresh()} />
        ) : (
          <InboxList
            key={JSON.stringify(filter)}
            groups={groups}
            focused={desk.group?.item ?? null}
            open={open.group?.item ?? null}
            archived={filter.place === "archived"}
            catalog={catalog}
            more={state.more}
            loadingMore={state.loadingMore}
            hrefOf={({ newest }) => `${base}/inbox/${newest.id}`}
            {...calls}
            onMore={onMore}
          />
        )}
      </section>
      <div className="inbox-beside" data-open={id === undefined ? undefined : ""}>
        {open.group ? (
          <Suspense fallback={<Waiting />}>
            <Pane group={open.group} desk={desk} />
          </Suspense>
        ) : (
          <Unopened
            state={open.state}
            unread={total}
            onOpen={groups.length > 0 ? desk.open : null}
            onBack={() => goTo(null, true)}
            onRetry={open.again}
          />
        )}
      </div>
      <AskAll whole={desk.askedAll} onClose={desk.endReadAll} onConfirm={desk.confirmReadAll} />
      {desk.snoozing && (
        <Floating rect={desk.snoozing.rect} label="Snooze until" onClose={desk.endSnooze}>
          <SnoozePick isSnoozed={filter.place === "snoozed"} onPick={desk.snoozeTill} />
        </Floating>
      )}
    </div>
  );
}

/** The same functions all the time, so that rows are not drawn again for them. */
function useCalls(desk: InboxDesk) {
  const latest = useRef(desk);
  useEffect(() => {
    latest.current = desk;
  });
  return useMemo(
    () => ({
      onOpen: (item: Id) => latest.current.openItem(item),
      onFocus: (item: Id) => latest.current.focusItem(item),
      onAct: (act: RowAct, item: Id) => latest.current.actOn(act, item),
    }),
    [],
  );
}

/** The filter of the address; the same object for as long as it says the same. */
function useFilter(): { filter: Filter; change: (filter: Filter) => void } {
  const search = useSearch({ strict: false }) as InboxSearch;
  const router = useRouter();
  const { slug } = useEngine();
  const name = JSON.stringify(readFilter(search));
  const filter = useMemo(() => JSON.parse(name) as Filter, [name]);
  const change = useCallback(
    (next: Filter) => void router.navigate({ to: "/$ws/inbox", params: { ws: slug }, search: writeFilter(next) }),
    [router, slug],
  );
  return { filter, change };
}
