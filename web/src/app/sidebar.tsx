import { Link, useParams } from "@tanstack/react-router";
import { Inbox, Layers, PanelLeft, Plus, Search, SquarePen, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { currentContext } from "../commands/context.ts";
import { find } from "../commands/registry.ts";
import { runCommand } from "../commands/run.ts";
import { useCommand } from "../commands/use.ts";
import { useUnread } from "../features/inbox/unread.ts";
import { ProjectIcon } from "../features/projects/icon.tsx";
import { useProjects } from "../features/projects/list.ts";
import { WorkspaceSwitcher } from "../features/workspaces/switcher.tsx";
import { IconButton } from "../ui/button.tsx";
import { UnreadCount, UnreadDot } from "../ui/chip.tsx";
import { cx } from "../ui/classes.ts";
import { tip } from "../ui/tooltip.tsx";
import { ProjectMenu } from "./project-menu.tsx";
import { openLayer } from "./shell-state.ts";
import { SyncState } from "./sync-state.tsx";
import { UserMenu } from "./user-menu.tsx";

export interface SidebarProps {
  collapsed: boolean;
  /** Told when a link was followed: the sheet of a phone goes away. */
  onNavigate?: (() => void) | undefined;
}

export function Sidebar({ collapsed, onNavigate }: SidebarProps) {
  const { ws } = useParams({ from: "/$ws" });
  const projects = useProjects();
  const unread = useUnread()?.total ?? 0;
  return (
    <div className={cx("flex h-full flex-col", collapsed ? "w-12 items-center" : "w-full")}>
      <div className={cx("flex shrink-0 items-center gap-0.5 p-2", collapsed ? "flex-col" : "h-(--header)")}>
        <WorkspaceSwitcher slug={ws} collapsed={collapsed} />
        {!collapsed && <span className="flex-1" />}
        <CommandButton id="palette.open" label="Search and commands">
          <Search aria-hidden="true" />
        </CommandButton>
        <CommandButton id="item.create" label="Create item">
          <SquarePen aria-hidden="true" />
        </CommandButton>
      </div>
      <nav
        aria-label="Workspace"
        onClick={(event) => event.target instanceof Element && event.target.closest("a") && onNavigate?.()}
        onKeyDown={undefined}
        className={cx("flex min-h-0 flex-1 flex-col overflow-y-auto px-2", collapsed && "items-center")}
      >
        <Entry to="/$ws/inbox" params={{ ws }} label="Inbox" count={unread} collapsed={collapsed}>
          <Inbox aria-hidden="true" />
        </Entry>
        <Entry to="/$ws/my/$tab" params={{ ws, tab: "assigned" }} label="My work" collapsed={collapsed}>
          <UserRound aria-hidden="true" />
        </Entry>
        <Entry to="/$ws/items" params={{ ws }} label="All items" collapsed={collapsed}>
          <Layers aria-hidden="true" />
        </Entry>
        <Heading ws={ws} collapsed={collapsed} />
        {projects.map((project) => (
          <div key={project.id} className="group relative flex shrink-0">
            <Entry
              to="/$ws/p/$project/items"
              params={{ ws, project: project.identifier }}
              label={project.name}
              collapsed={collapsed}
              menu
            >
              <ProjectIcon project={project} />
            </Entry>
            {!collapsed && <ProjectMenu ws={ws} project={project} />}
          </div>
        ))}
      </nav>
      <div className={cx("flex shrink-0 flex-col gap-0.5 p-2", collapsed && "items-center")}>
        <SyncState collapsed={collapsed} />
        <div className={cx("flex gap-0.5", collapsed ? "flex-col-reverse" : "items-center justify-between")}>
          <UserMenu collapsed={collapsed} />
          <CommandButton
            id="view.sidebar"
            label={collapsed ? "Expand sidebar" : "Collapse sidebar"}
            className="max-sm:hidden"
          >
            <PanelLeft aria-hidden="true" />
          </CommandButton>
        </div>
      </div>
    </div>
  );
}

function Heading({ ws, collapsed }: { ws: string; collapsed: boolean }) {
  if (collapsed) return <hr className="my-2 w-6 border-line" />;
  return (
    <div className="mt-4 mb-0.5 flex h-6 items-center justify-between pl-2">
      <h2 className="text-11 font-medium text-muted">
        <Link to="/$ws/projects" params={{ ws }} className="rounded-[4px] hover:text-text">
          Projects
        </Link>
      </h2>
      <IconButton size="sm" label="Create project" onClick={() => openLayer("create-project")}>
        <Plus aria-hidden="true" />
      </IconButton>
    </div>
  );
}

interface EntryProps {
  to: string;
  params: Record<string, string>;
  label: string;
  collapsed: boolean;
  /** How many things wait there to be read; none is not shown. */
  count?: number;
  /** A menu stands over its end when it is shown. */
  menu?: boolean;
  children: ReactNode;
}

function Entry({ to, params, label, collapsed, count = 0, menu = false, children }: EntryProps) {
  const name = count > 0 ? `${label}, ${count} unread` : label;
  return (
    <Link
      to={to}
      params={params}
      search={{}}
      activeOptions={{ includeSearch: false }}
      aria-label={collapsed ? name : undefined}
      {...(collapsed ? tip(name) : {})}
      className={cx(
        "flex h-7 shrink-0 items-center gap-2 rounded-control text-13 pointer-coarse:h-11",
        "text-muted transition-colors duration-(--fast) hover:bg-hover hover:text-text",
        "aria-[current=page]:bg-active aria-[current=page]:font-medium aria-[current=page]:text-text",
        collapsed ? "relative w-8 justify-center" : "w-full px-2",
        menu && !collapsed && "group-focus-within:pr-7 group-hover:pr-7 pointer-coarse:pr-11",
      )}
    >
      {children}
      {!collapsed && <span className="min-w-0 truncate">{label}</span>}
      {count > 0 && !collapsed && <UnreadCount count={count} className="ml-auto text-12 text-muted" />}
      {count > 0 && collapsed && <UnreadDot />}
    </Link>
  );
}

interface CommandButtonProps {
  id: string;
  label: string;
  className?: string;
  children: ReactNode;
}

/** A button of a command; empty while nothing offers the command. */
function CommandButton({ id, label, className, children }: CommandButtonProps) {
  const command = useCommand(id);
  // What brings the command is still on its way: its place is kept, so that nothing jumps.
  if (!command) return <span className={cx("size-7 shrink-0 pointer-coarse:size-11", className)} />;
  return (
    <IconButton
      label={label}
      keys={command.keys?.[0]}
      className={className}
      onClick={() => {
        const found = find(id);
        if (found) runCommand(found, currentContext());
      }}
    >
      {children}
    </IconButton>
  );
}
