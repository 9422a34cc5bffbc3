/** What keys and palette do in the inbox. */

import { useEffect, useRef } from "react";
import { type Command, register } from "../../commands/registry.ts";
import { listHasKeys } from "../items/focus.ts";
import { picking } from "../properties/picking.ts";
import type { Filter } from "./filter.ts";
import { type Group, isArchived, isDeleted } from "./groups.ts";

export interface Desk {
  /** The entry that the keys are about: that has the focus, or else is open. */
  readonly group: Group | null;
  readonly filter: Filter;
  readonly isOpen: boolean;
  readonly isEmpty: boolean;
  readonly walk: (by: number) => void;
  readonly open: () => void;
  readonly close: () => void;
  /** Read, or unread when all of it is read. */
  readonly read: (group: Group) => void;
  /** Put away, or back where it was put away. */
  readonly archive: (group: Group) => void;
  readonly snooze: (group: Group, anchor?: Element | null) => void;
  readonly unfollow: (group: Group) => void;
  readonly readAll: () => void;
}

type Now = () => Desk;

export function useInboxCommands(desk: Desk): void {
  const latest = useRef(desk);
  useEffect(() => {
    latest.current = desk;
  });
  useEffect(() => register(inboxCommands(() => latest.current)), []);
}

export function inboxCommands(now: Now): readonly Command[] {
  return [...walking(now), ...acting(now)];
}

function walking(now: Now): readonly Command[] {
  const walk = (id: string, title: string, keys: string, by: number, when: () => boolean): Command => ({
    id: `inbox.${id}`,
    title,
    section: "View",
    keys: [keys],
    when: () => !now().isEmpty && picking() === null && when(),
    run: () => now().walk(by),
  });
  const always = () => true;
  return [
    walk("next", "Next entry", "j", 1, always),
    walk("previous", "Previous entry", "k", -1, always),
    walk("down", "Entry below", "ArrowDown", 1, listHasKeys),
    walk("up", "Entry above", "ArrowUp", -1, listHasKeys),
    {
      id: "inbox.open",
      title: "Open entry",
      section: "View",
      keys: ["Enter"],
      when: () => !now().isEmpty && picking() === null,
      run: () => now().open(),
    },
    {
      id: "inbox.close",
      title: "Close entry",
      section: "View",
      keys: ["Escape"],
      when: () => now().isOpen && picking() === null,
      run: () => now().close(),
    },
  ];
}

function acting(now: Now): readonly Command[] {
  const of = (
    id: string,
    title: string | ((desk: Desk) => string),
    keys: string,
    run: (desk: Desk, group: Group) => void,
    fits: (group: Group) => boolean = () => true,
  ): Command => ({
    id: `inbox.${id}`,
    title: typeof title === "string" ? title : () => title(now()),
    section: "Selection",
    keywords: ["notification", "entry"],
    keys: [keys],
    when: () => {
      const { group } = now();
      return group !== null && picking() === null && fits(group);
    },
    run: () => {
      const desk = now();
      if (desk.group) run(desk, desk.group);
    },
  });
  return [
    of(
      "read",
      ({ group }) => (group && group.unread > 0 ? "Mark as read" : "Mark as unread"),
      "u",
      (desk, group) => desk.read(group),
    ),
    of(
      "archive",
      ({ filter }) => (filter.place === "archived" ? "Move back to the inbox" : "Archive entry"),
      "e",
      (desk, group) => desk.archive(group),
    ),
    of(
      "snooze",
      "Snooze entry…",
      "h",
      (desk, group) => desk.snooze(group),
      // What is archived would not come back.
      (group) => !isArchived(group),
    ),
    of(
      "unfollow",
      "Stop following the item",
      "Shift+u",
      (desk, group) => desk.unfollow(group),
      (group) => !isDeleted(group),
    ),
    {
      id: "inbox.read-all",
      title: "Mark all as read",
      section: "View",
      keywords: ["notifications", "clear"],
      when: () => !now().isEmpty,
      run: () => now().readAll(),
    },
  ];
}
