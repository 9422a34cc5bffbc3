/** What keys and palette do with the item that is open. */

import { useEffect, useRef } from "react";
import { currentPlace } from "../../commands/context.ts";
import { type Command, register } from "../../commands/registry.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.ts";
import { selection } from "../items/selection.ts";
import { catalogOf } from "../properties/index.ts";
import { copyBranch, copyKey, copyLink, copyTitleAndLink, deleteItem } from "./actions.ts";
import type { RelationWord } from "./remote.ts";

export interface DetailScene {
  readonly canEdit: boolean;
  readonly layout: "page" | "peek";
  readonly add: (what: "sub" | "link" | RelationWord) => void;
  readonly comment: () => void;
}

export function useDetailCommands(item: WorkItem, scene: DetailScene): void {
  const engine = useEngine();
  const latest = useRef({ item, scene });
  useEffect(() => {
    latest.current = { item, scene };
  });
  useEffect(() => register(commands(engine, () => latest.current)), [engine]);
}

function commands(
  engine: ReturnType<typeof useEngine>,
  now: () => { item: WorkItem; scene: DetailScene },
): readonly Command[] {
  const item = () => now().item;
  const editable = () => now().scene.canEdit;
  const isPage = () => now().scene.layout === "page";
  /** With several chosen in the list beside, the keys speak of those. */
  const alone = () => selection.items().length <= 1;
  const add = (id: string, title: string, what: "sub" | "link" | RelationWord, keys?: string): Command => ({
    id: `detail.${id}`,
    title,
    section: "Selection",
    ...(keys ? { keys: [keys] } : {}),
    when: () => editable() && alone(),
    run: () => now().scene.add(what),
  });
  return [
    {
      id: "detail.comment",
      title: "Write a comment",
      section: "Selection",
      keys: ["m c"],
      run: () => now().scene.comment(),
    },
    add("add-sub-item", "Add a sub-item", "sub", "Shift+s"),
    add("add-link", "Add a link", "link"),
    add("duplicate-of", "Mark as duplicate of…", "duplicate", "m d"),
    add("blocked-by", "Mark as blocked by…", "blocked_by", "m b"),
    add("related-to", "Mark as related to…", "relates_to", "m r"),
    {
      id: "detail.rename",
      title: "Rename",
      section: "Selection",
      keys: ["e"],
      when: () => editable() && isPage(),
      run: () => {
        const title = document.querySelector<HTMLTextAreaElement>("[data-detail-title]");
        title?.focus();
        title?.select();
      },
    },
    {
      id: "detail.open-page",
      title: "Open as a page",
      section: "Selection",
      keys: ["o"],
      when: () => !isPage() && alone(),
      run: ({ navigate }) => navigate(`/${currentPlace().workspace}/item/${catalogOf(engine).key(item())}`),
    },
    {
      id: "detail.copy-title",
      title: "Copy title and link",
      section: "Selection",
      keys: ["$mod+c"],
      when: () => alone() && (getSelection()?.isCollapsed ?? true),
      run: () => copyTitleAndLink(engine, item()),
    },
    {
      id: "detail.copy-link",
      title: "Copy link",
      section: "Selection",
      keywords: ["address", "url"],
      run: () => copyLink(engine, item()),
    },
    {
      id: "detail.copy-id",
      title: "Copy id",
      section: "Selection",
      keys: ["$mod+Shift+Period"],
      keywords: ["key", "number"],
      when: alone,
      run: () => copyKey(engine, item()),
    },
    {
      id: "detail.copy-branch",
      title: "Copy branch name",
      section: "Selection",
      keys: ["$mod+Shift+Comma"],
      keywords: ["git"],
      when: alone,
      run: () => copyBranch(engine, item()),
    },
    {
      id: "detail.delete",
      title: "Delete the item",
      section: "Selection",
      keys: ["Shift+#"],
      when: () => editable() && isPage(),
      run: () => deleteItem(engine, item()),
    },
  ];
}
