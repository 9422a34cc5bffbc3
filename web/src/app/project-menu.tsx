import { useRouter } from "@tanstack/react-router";
import { Archive as ArchiveIcon, Columns3, Ellipsis, Link2, List, Settings, UsersRound } from "lucide-react";
import type { Project } from "../sync/rows.ts";
import { IconButton } from "../ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";

/** What one does with a project from the sidebar: shown on hover and focus, and always where there is no hover. */
export function ProjectMenu({ ws, project }: { ws: string; project: Project }) {
  const router = useRouter();
  const at = `/${ws}/p/${project.identifier}`;
  const go = (path: string) => void router.navigate({ href: at + path });
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}${at}/items`);
    toast("Link copied");
  };
  return (
    <Menu
      trigger={
        <IconButton
          size="sm"
          label={`More about ${project.name}`}
          className="absolute top-0.5 right-0.5 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:top-0 pointer-coarse:opacity-100"
        >
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={<List aria-hidden="true" />} onSelect={() => go("/items?layout=list")}>
        List
      </MenuItem>
      <MenuItem icon={<Columns3 aria-hidden="true" />} onSelect={() => go("/items?layout=board")}>
        Board
      </MenuItem>
      <MenuItem icon={<ArchiveIcon aria-hidden="true" />} onSelect={() => go("/archive")}>
        Archived items
      </MenuItem>
      <MenuItem icon={<Link2 aria-hidden="true" />} onSelect={() => void copy()}>
        Copy link
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<UsersRound aria-hidden="true" />} onSelect={() => go("/settings/members")}>
        Members
      </MenuItem>
      <MenuItem icon={<Settings aria-hidden="true" />} onSelect={() => go("/settings/general")}>
        Settings
      </MenuItem>
    </Menu>
  );
}
