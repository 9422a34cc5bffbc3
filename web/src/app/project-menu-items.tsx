import { useRouter } from "@tanstack/react-router";
import { Archive, Columns3, Link2, List, Settings, UsersRound } from "lucide-react";
import type { LateProps } from "../ui/late-menu.tsx";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";
import type { ProjectMenuProps } from "./project-menu.tsx";

export default function ProjectMenuItems({ ws, project, trigger }: ProjectMenuProps & LateProps) {
  const router = useRouter();
  const at = `/${ws}/p/${project.identifier}`;
  const go = (path: string) => void router.navigate({ href: at + path });
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}${at}/items`);
    toast("Link copied");
  };
  return (
    <Menu trigger={trigger}>
      <MenuItem icon={<List aria-hidden="true" />} onSelect={() => go("/items?layout=list")}>
        List
      </MenuItem>
      <MenuItem icon={<Columns3 aria-hidden="true" />} onSelect={() => go("/items?layout=board")}>
        Board
      </MenuItem>
      <MenuItem icon={<Archive aria-hidden="true" />} onSelect={() => go("/archive")}>
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
