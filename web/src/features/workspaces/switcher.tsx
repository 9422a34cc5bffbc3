import { ChevronsUpDown } from "lucide-react";
import { useTable } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { lateMenu } from "../../ui/late-menu.tsx";
import { useWorkspaces } from "./list.ts";
import { Tile } from "./tile.tsx";

const Items = lateMenu(() => import("./switcher-items.tsx"));

export function WorkspaceSwitcher({ slug, collapsed }: { slug: string; collapsed: boolean }) {
  const others = useWorkspaces();
  const own = useTable("workspace").find((workspace) => workspace.slug === slug);
  const name = own?.name ?? others?.find((workspace) => workspace.slug === slug)?.name ?? slug;
  return (
    <Items
      slug={slug}
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
    />
  );
}
