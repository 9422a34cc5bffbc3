/** What keys and palette do with the item that is open, besides what they do with items anywhere. */

import { useEffect, useRef } from "react";
import { type Command, find, register } from "../../commands/registry.ts";
import type { WorkItem } from "../../sync/rows.ts";
import type { RelationWord } from "./remote.ts";

export type Addable = "sub" | "link" | RelationWord;

export interface DetailScene {
  readonly canEdit: boolean;
  /** Put others below it, relate it, give it links. */
  readonly canLink: boolean;
  readonly canAttach: boolean;
  readonly canComment: boolean;
  readonly layout: "page" | "peek";
  readonly add: (what: Addable) => void;
  readonly attach: () => void;
  readonly comment: () => void;
}

export type Now = () => { readonly item: WorkItem; readonly scene: DetailScene };

export function useDetailCommands(item: WorkItem, scene: DetailScene): void {
  const latest = useRef({ item, scene });
  useEffect(() => {
    latest.current = { item, scene };
  });
  useEffect(() => {
    return register(detailCommands(() => latest.current));
  }, []);
}

export function detailCommands(now: Now): readonly Command[] {
  return [...adding(now), ...inPlace(now)];
}

/** Of the page that an item has to itself. `walk`: along the list that one came from. */
export function pageCommands(walk: ((by: 1 | -1) => void) | null, toggleSide: () => void): readonly Command[] {
  const step = (id: string, title: string, key: string, by: 1 | -1): Command => ({
    id: `detail.${id}`,
    title,
    section: "Go to",
    keys: [key],
    when: () => walk !== null,
    run: () => walk?.(by),
  });
  return [
    step("next", "Next item", "j", 1),
    step("previous", "Previous item", "k", -1),
    { id: "detail.side", title: "Show or hide the properties", section: "View", keys: ["]"], run: toggleSide },
  ];
}

function adding(now: Now): readonly Command[] {
  /** With several chosen in the list beside, nothing is said of the open one alone. */
  const when: Command["when"] = ({ items }) => now().scene.canLink && items.length <= 1;
  const add = (id: string, title: string, what: Addable, keys?: string): Command => ({
    id: `detail.${id}`,
    title,
    section: "Selection",
    ...(keys ? { keys: [keys] } : {}),
    when,
    run: () => now().scene.add(what),
  });
  return [
    {
      id: "detail.comment",
      title: "Write a comment",
      section: "Selection",
      keys: ["m c"],
      when: () => now().scene.canComment,
      run: () => now().scene.comment(),
    },
    add("blocked-by", "Mark as blocked by…", "blocked_by", "m b"),
    add("duplicate-of", "Mark as duplicate of…", "duplicate", "m d"),
    add("related-to", "Mark as related to…", "relates_to", "m r"),
    add("add-link", "Add a link", "link"),
    {
      id: "detail.attach",
      title: "Attach a file",
      section: "Selection",
      when: ({ items }) => now().scene.canAttach && items.length <= 1,
      run: () => now().scene.attach(),
    },
  ];
}

/** Commands of items that have a better place here than elsewhere; for other items they do what they did. */
function inPlace(now: Now): readonly Command[] {
  const here = (id: string, isHere: () => boolean, run: () => void): Command[] => {
    const usual = find(id);
    if (!usual) return [];
    const isMeant = (items: readonly string[]) => items.length === 1 && items[0] === now().item.id && isHere();
    return [{ ...usual, run: (context) => (isMeant(context.items) ? run() : usual.run(context)) }];
  };
  return [
    ...here(
      "item.create-sub-item",
      () => now().scene.canLink,
      () => now().scene.add("sub"),
    ),
    ...here(
      "item.rename",
      () => now().scene.canEdit && now().scene.layout === "page",
      () => {
        const title = document.querySelector<HTMLTextAreaElement>("[data-detail-title]");
        title?.focus();
        title?.select();
      },
    ),
  ];
}
