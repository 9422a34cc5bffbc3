/** The buttons of an open item: who else is here, copy, more. */

import { Ellipsis, Link2 } from "lucide-react";
import { currentContext } from "../../commands/context.ts";
import { CommandLines } from "../../commands/lines.tsx";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine, usePresence } from "../../sync-react/index.tsx";
import { AvatarStack } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { useCatalog } from "../properties/index.ts";

/** The others who look at the item. */
export function Others({ item }: { item: WorkItem }) {
  const catalog = useCatalog();
  const people = usePresence(`item:${item.id}`);
  const ids = [...new Set(people.map(({ user }) => user))];
  const members = ids.flatMap((id) => catalog.member(id) ?? []);
  if (members.length === 0) return null;
  return (
    <span role="img" aria-label={`Also here: ${members.map((member) => member.display_name).join(", ")}`}>
      <AvatarStack members={members} size={22} />
    </span>
  );
}

const SECTIONS: readonly (readonly string[])[] = [
  ["item.copy-link", "item.copy-key", "item.copy-branch"],
  ["item.duplicate", "item.archive", "item.delete"],
];

export function ItemActions({ item }: { item: WorkItem }) {
  const engine = useEngine();
  const catalog = useCatalog();
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/${engine.slug}/item/${catalog.address(item)}`);
    toast("Link copied", { key: "copied" });
  };
  return (
    <>
      <IconButton label="Copy link" onClick={() => void copy()}>
        <Link2 size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      <Menu
        align="end"
        trigger={
          <IconButton label="More actions">
            <Ellipsis size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        }
      >
        {/* For this item, whatever else is chosen. */}
        <CommandLines sections={SECTIONS} context={() => ({ ...currentContext(), items: [item.id] })} />
      </Menu>
    </>
  );
}
