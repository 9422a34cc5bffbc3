/** The buttons of an open item: who else is here, copy, more. */

import { Copy, Ellipsis, GitBranch, Hash, Link2, Trash2 } from "lucide-react";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine, usePresence } from "../../sync-react/index.ts";
import { AvatarStack } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useCatalog } from "../properties/index.ts";
import { copyBranch, copyKey, copyLink, copyTitleAndLink, deleteItem } from "./actions.ts";

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

export function ItemActions({ item, canDelete }: { item: WorkItem; canDelete: boolean }) {
  const engine = useEngine();
  return (
    <>
      <IconButton label="Copy link" onClick={() => copyLink(engine, item)}>
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
        <MenuItem icon={<Copy aria-hidden="true" />} keys="$mod+c" onSelect={() => copyTitleAndLink(engine, item)}>
          Copy title and link
        </MenuItem>
        <MenuItem icon={<Hash aria-hidden="true" />} keys="$mod+Shift+." onSelect={() => copyKey(engine, item)}>
          Copy id
        </MenuItem>
        <MenuItem icon={<GitBranch aria-hidden="true" />} keys="$mod+Shift+," onSelect={() => copyBranch(engine, item)}>
          Copy branch name
        </MenuItem>
        {canDelete && (
          <>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden="true" />} keys="#" onSelect={() => deleteItem(engine, item)}>
              Delete
            </MenuItem>
          </>
        )}
      </Menu>
    </>
  );
}
