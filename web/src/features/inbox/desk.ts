/** Where one is in the inbox, and what is done from there. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Id } from "../../sync/rows.ts";
import { useLoaded, useRow } from "../../sync-react/index.tsx";
import { focusList } from "../items/focus.ts";
import { selection } from "../items/selection.ts";
import { Acts } from "./acts.ts";
import type { Boxes } from "./boxes.ts";
import type { Desk } from "./commands.ts";
import type { Filter } from "./filter.ts";
import type { Group } from "./groups.ts";
import type { RowAct } from "./row.tsx";
import { isMuch, type Whole } from "./whole.ts";

interface Given {
  readonly boxes: Boxes;
  readonly filter: Filter;
  readonly groups: readonly Group[];
  readonly open: Group | null;
  /** What "Mark all as read" would be about. */
  readonly whole: Whole;
  /** Shows an entry beside the list; null: none. */
  readonly goTo: (entry: Id | null, replace?: boolean) => void;
}

export interface InboxDesk extends Desk {
  readonly snoozing: { readonly rect: DOMRect } | null;
  readonly endSnooze: () => void;
  readonly snoozeTill: (till: Date | null) => void;
  /** What is to be confirmed before all of it is marked as read; null: nothing. */
  readonly askedAll: Whole | null;
  readonly endReadAll: () => void;
  readonly confirmReadAll: () => void;
  readonly openItem: (item: Id) => void;
  readonly focusItem: (item: Id) => void;
  readonly actOn: (act: RowAct, item: Id) => void;
}

export function useDesk({ boxes, filter, groups, open, whole, goTo }: Given): InboxDesk {
  const acts = useMemo(() => new Acts(boxes), [boxes]);
  const [focus, setFocus] = useFocus(groups, open);
  const [askedAll, setAskedAll] = useState<Whole | null>(null);
  const [snoozing, setSnoozing] = useState<{ group: Group; rect: DOMRect } | null>(null);
  const group = groups.find(({ item }) => item === focus) ?? open;
  useSelected(group);
  useSeen(acts, open);

  const of = (item: Id) => groups.find((other) => other.item === item);
  /** The one after it, else the one before. */
  const nextTo = ({ item }: Group): Group | null => {
    const at = groups.findIndex((other) => other.item === item);
    return at < 0 ? null : (groups[at + 1] ?? groups[at - 1] ?? null);
  };
  /** It leaves the list; what took its place is next. */
  const leave = (left: Group) => {
    if (!of(left.item)) return;
    const next = nextTo(left);
    setFocus(next?.item ?? null);
    if (open?.item === left.item) goTo(next?.newest.id ?? null, true);
    focusList();
  };
  const show = (target: Group, replace: boolean) => {
    setFocus(target.item);
    goTo(target.newest.id, replace);
  };
  const archive = (target: Group) => {
    acts.archive(target, filter.place !== "archived" && !target.newest.archived_at);
    leave(target);
  };
  const snooze = (target: Group, anchor = placeOf(target)) => {
    const rect = anchor?.getBoundingClientRect();
    const middle = new DOMRect(innerWidth / 2 - 120, innerHeight / 4, 240, 0);
    // Behind an open entry the list may be hidden.
    setSnoozing({ group: target, rect: rect && rect.width > 0 ? rect : middle });
  };
  const endSnooze = () => {
    setSnoozing(null);
    focusList();
  };
  return {
    group,
    filter,
    isOpen: open !== null,
    isEmpty: groups.length === 0,
    snoozing,
    endSnooze,
    walk: (by) => {
      const at = groups.findIndex(({ item }) => item === group?.item);
      const target = at < 0 ? groups.at(by > 0 ? 0 : -1) : groups[Math.min(groups.length - 1, Math.max(0, at + by))];
      if (!target) return;
      if (open) show(target, true);
      else setFocus(target.item);
      focusList();
    },
    open: () => {
      const target = group ?? groups[0];
      if (target) show(target, open !== null);
    },
    close: () => {
      goTo(null);
      focusList();
    },
    read: (target) => acts.read(target, target.unread > 0),
    archive,
    snooze,
    unfollow: (target) => void acts.unfollow(target),
    readAll: () => {
      if (isMuch(whole)) setAskedAll(whole);
      else void acts.readAll(filter);
    },
    askedAll,
    endReadAll: () => setAskedAll(null),
    confirmReadAll: () => void acts.readAll(filter),
    snoozeTill: (till) => {
      if (!snoozing) return;
      const isLeaving = (till === null) === (filter.place === "snoozed");
      acts.snooze(snoozing.group, till);
      setSnoozing(null);
      if (isLeaving) leave(snoozing.group);
      else focusList();
    },
    openItem: (item) => {
      const target = of(item);
      if (target) show(target, open !== null);
      focusList();
    },
    focusItem: setFocus,
    actOn: (act, item) => {
      const target = of(item);
      if (!target) return;
      if (act === "read") acts.read(target, target.unread > 0);
      else if (act === "archive") archive(target);
      else snooze(target, document.querySelector(`[data-item="${CSS.escape(item)}"] [data-snooze]`));
    },
  };
}

/** Where a menu about an entry stands. */
function placeOf({ item }: Group): Element | null {
  return document.querySelector(`[data-item="${CSS.escape(item)}"] [data-title]`);
}

/** The entry that the keys are about. What is gone gives the focus to what took its place. */
function useFocus(groups: readonly Group[], open: Group | null): [Id | null, (item: Id | null) => void] {
  const [focus, setFocus] = useState<Id | null>(null);
  const last = useRef(0);
  const at = groups.findIndex(({ item }) => item === focus);
  useLayoutEffect(() => {
    if (at >= 0) last.current = at;
    else if (focus !== null && open === null) {
      setFocus(groups[Math.min(last.current, groups.length - 1)]?.item ?? null);
    }
  }, [at, focus, groups, open]);
  const opened = open?.item;
  useEffect(() => {
    if (opened !== undefined) setFocus(opened);
  }, [opened]);
  return [focus, setFocus];
}

/** Keys for items mean the item of the entry, once it is held here. */
function useSelected(group: Group | null): void {
  const id = group?.item ?? null;
  const there = useRow("work_item", id) !== undefined;
  useLoaded(group?.newest.project ?? null);
  useLayoutEffect(() => {
    const place = id !== null && there ? { id, group: "inbox" } : null;
    selection.setPlaces(place ? [place] : []);
    selection.choose([]);
    selection.focus(place);
  }, [id, there]);
  useLayoutEffect(() => () => selection.reset(), []);
}

/** What is open is read, and so is what comes while it is; unless one has said that it is not. */
function useSeen(acts: Acts, open: Group | null): void {
  const seen = useRef<{ item: Id | null; rows: Set<Id> }>({ item: null, rows: new Set() });
  const look = useCallback(() => {
    if (open === null || document.visibilityState !== "visible") return;
    if (seen.current.item !== open.item) seen.current = { item: open.item, rows: new Set() };
    const { rows } = seen.current;
    const fresh = open.rows.filter(({ id }) => !rows.has(id));
    if (fresh.length > 0 && acts.seen(fresh)) for (const { id } of fresh) rows.add(id);
  }, [acts, open]);
  useEffect(() => {
    if (open === null) seen.current = { item: null, rows: new Set() };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [look, open]);
}
