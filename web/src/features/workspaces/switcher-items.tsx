import { useRouter } from "@tanstack/react-router";
import { Plus, Settings, UsersRound } from "lucide-react";
import type { LateProps } from "../../ui/late-menu.tsx";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useWorkspaces } from "./list.ts";
import { Tile } from "./tile.tsx";

export default function SwitcherItems({ slug, trigger }: LateProps & { slug: string }) {
  const router = useRouter();
  const others = useWorkspaces();
  const go = (path: string) => void router.navigate({ href: path });
  return (
    <Menu className="min-w-56" trigger={trigger}>
      <MenuItem icon={<Settings aria-hidden="true" />} keys="g s" onSelect={() => go(`/${slug}/settings/general`)}>
        Workspace settings
      </MenuItem>
      <MenuItem icon={<UsersRound aria-hidden="true" />} keys="g e" onSelect={() => go(`/${slug}/people`)}>
        People
      </MenuItem>
      <MenuSeparator />
      <MenuGroup label="Workspaces">
        {(others ?? []).map((workspace) => (
          <MenuItem
            key={workspace.id}
            icon={<Tile name={workspace.name} />}
            checked={workspace.slug === slug}
            closes
            onSelect={() => go(`/${workspace.slug}`)}
          >
            {workspace.name}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuItem icon={<Plus aria-hidden="true" />} onSelect={() => go("/create-workspace")}>
        Create workspace
      </MenuItem>
    </Menu>
  );
}
