import { useRouter } from "@tanstack/react-router";
import { ChevronsUpDown, Plus, Settings, UsersRound } from "lucide-react";
import { useTable } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useWorkspaces } from "./list.ts";

export function WorkspaceSwitcher({ slug, collapsed }: { slug: string; collapsed: boolean }) {
  const router = useRouter();
  const others = useWorkspaces();
  const own = useTable("workspace").find((workspace) => workspace.slug === slug);
  const name = own?.name ?? others?.find((workspace) => workspace.slug === slug)?.name ?? slug;
  const go = (path: string) => void router.navigate({ href: path });
  return (
    <Menu
      className="min-w-56"
      trigger={
        <button
          type="button"
          className={cx(
            "flex h-7 min-w-0 items-center gap-2 rounded-control select-none hover:bg-hover data-popup-open:bg-active pointer-coarse:h-11",
            collapsed ? "w-8 justify-center" : "px-1.5",
          )}
        >
          <Tile name={name} />
          <span className="sr-only">Workspace{collapsed && ` ${name}`}</span>
          {!collapsed && (
            <>
              <span className="min-w-0 truncate text-13 font-semibold">{name}</span>
              <ChevronsUpDown aria-hidden="true" className="size-3! text-faint" />
            </>
          )}
        </button>
      }
    >
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

function Tile({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center rounded-[5px] bg-accent text-11 font-semibold text-on-accent"
    >
      {([...name][0] ?? "?").toUpperCase()}
    </span>
  );
}
