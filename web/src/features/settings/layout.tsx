import { Link, Navigate, Outlet, useMatches, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useInstanceAdmin } from "../../app/account.ts";
import { OfflineBar } from "../../app/sync-state.tsx";
import { usePreference } from "../../lib/preferences.ts";
import { useStatus } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { Waiting } from "../../ui/states.tsx";
import { ProjectIcon } from "../projects/icon.tsx";
import { useCurrentProject, useProjects } from "../projects/list.ts";
import { useProjectAdmin } from "../projects/rights.ts";
import { useWorkspaces } from "../workspaces/list.ts";
import { useWorkspaceRow } from "../workspaces/row.ts";

const ACCOUNT = [
  ["profile", "Profile"],
  ["appearance", "Appearance and keys"],
  ["notifications", "Notifications"],
  ["security", "Password and sessions"],
  ["tokens", "API tokens"],
] as const;
const SERVER = [["server", "Server"]] as const;
const WORKSPACE = [
  ["general", "General"],
  ["members", "Members"],
  ["webhooks", "Webhooks"],
] as const;
const PROJECT = [
  ["general", "General"],
  ["states", "States"],
  ["labels", "Labels"],
  ["members", "Members"],
  ["automations", "Automations"],
] as const;
const MEMBER = 15;
const ADMIN = 20;
/** Of the workspace, what only its admins see. */
const FOR_ADMINS: readonly string[] = ["webhooks"];

function workspacePages(role: number | undefined) {
  return role === ADMIN ? WORKSPACE : WORKSPACE.filter(([page]) => !FOR_ADMINS.includes(page));
}

/** The settings of the one who is signed in. They need no workspace. */
export function AccountSettings() {
  const last = usePreference("lastWorkspace");
  const role = useWorkspaces()?.find(({ slug }) => slug === last)?.role;
  return (
    <Settings base="/settings" first="profile" back="/">
      <Account />
      {last && <Group title="Workspace" base={`/${last}/settings`} pages={workspacePages(role)} />}
    </Settings>
  );
}

export function WorkspaceSettings() {
  const { ws } = useParams({ from: "/$ws" });
  const { phase } = useStatus();
  const role = useWorkspaceRow()?.role;
  return (
    <Settings base={`/${ws}/settings`} first="general" back={`/${ws}`} waiting={phase === "starting"}>
      <Group title="Workspace" base={`/${ws}/settings`} pages={workspacePages(role)} />
      <Projects ws={ws} />
      <Account />
    </Settings>
  );
}

export function ProjectSettings() {
  const { ws, project: letters } = useParams({ from: "/$ws/p/$project/settings" });
  const { phase } = useStatus();
  const project = useCurrentProject();
  const isAdmin = useProjectAdmin(project);
  const role = useWorkspaceRow()?.role;
  const base = `/${ws}/p/${letters}/settings`;
  // Guests do not see automations.
  const isGuest = project !== undefined && !isAdmin && (project.member_role ?? 0) < MEMBER;
  return (
    <Settings base={base} first="general" back={`/${ws}/p/${letters}/items`} waiting={phase === "starting"}>
      <Group
        title={project?.name ?? letters}
        base={base}
        pages={isGuest ? PROJECT.filter(([page]) => page !== "automations") : PROJECT}
      />
      <Projects ws={ws} />
      <Group title="Workspace" base={`/${ws}/settings`} pages={workspacePages(role)} />
      <Account />
    </Settings>
  );
}

/** What is the same in every workspace: one's own, and for those who keep it, the server. */
function Account() {
  const keepsServer = useInstanceAdmin();
  return (
    <>
      <Group title="Account" base="/settings" pages={ACCOUNT} />
      {keepsServer && <Group title="Instance" base="/settings" pages={SERVER} />}
    </>
  );
}

interface SettingsProps {
  base: string;
  first: string;
  back: string;
  waiting?: boolean;
  children: ReactNode;
}

/** The list of pages at the left; on phones it is a page of its own. */
function Settings({ base, first, back, waiting = false, children }: SettingsProps) {
  const atIndex = useMatches({ select: (matches) => matches[matches.length - 1]?.params }) as { page?: string };
  const wide = useWide();
  const isIndex = atIndex.page === undefined;
  const start: string = `${base}/${first}`;
  if (isIndex && wide) return <Navigate to={start} replace />;
  return (
    <div className="flex h-full bg-sunken">
      <nav
        aria-label="Settings"
        className={cx(
          "flex w-(--sidebar) shrink-0 flex-col overflow-y-auto px-2 pb-6 max-sm:w-full",
          isIndex || "max-sm:hidden",
        )}
      >
        <Link
          to={back}
          className="mt-2 flex h-7 items-center gap-2 rounded-control px-2 text-13 text-muted hover:bg-hover hover:text-text pointer-coarse:h-11"
        >
          <ArrowLeft aria-hidden="true" />
          Back
        </Link>
        {children}
      </nav>
      <main
        className={cx(
          "flex min-w-0 flex-1 flex-col border-l border-line bg-bg max-sm:border-l-0",
          isIndex && "max-sm:hidden",
        )}
      >
        {base !== "/settings" && <OfflineBar />}
        <Link
          to={base}
          className="flex h-(--header) shrink-0 items-center gap-2 border-b border-line px-4 text-13 text-muted sm:hidden"
        >
          <ArrowLeft aria-hidden="true" />
          Settings
        </Link>
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-160 px-5 py-6 sm:px-8 sm:py-10 md:box-content">
            {waiting ? <Waiting /> : <Outlet />}
          </div>
        </div>
      </main>
    </div>
  );
}

function Projects({ ws }: { ws: string }) {
  const projects = useProjects();
  const open = useCurrentProject();
  const others = projects.filter((project) => project.id !== open?.id);
  if (others.length === 0) return null;
  return (
    <div className="mt-4">
      <h2 className="px-2 pb-1 text-11 font-medium text-muted">Projects</h2>
      {others.map((project) => (
        <Entry key={project.id} to={`/${ws}/p/${project.identifier}/settings/general`}>
          <ProjectIcon project={project} />
          <span className="min-w-0 truncate">{project.name}</span>
        </Entry>
      ))}
    </div>
  );
}

function Group({ title, base, pages }: { title: string; base: string; pages: readonly (readonly [string, string])[] }) {
  return (
    <div className="mt-4">
      <h2 className="truncate px-2 pb-1 text-11 font-medium text-muted">{title}</h2>
      {pages.map(([page, name]) => (
        <Entry key={page} to={`${base}/${page}`}>
          {name}
        </Entry>
      ))}
    </div>
  );
}

function Entry({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link
      to={to}
      className="flex h-7 items-center gap-2 rounded-control px-2 text-13 text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-active aria-[current=page]:font-medium aria-[current=page]:text-text pointer-coarse:h-11"
    >
      {children}
    </Link>
  );
}

const WIDE = matchMedia("(min-width: 40rem)");

function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      WIDE.addEventListener("change", listener);
      return () => WIDE.removeEventListener("change", listener);
    },
    () => WIDE.matches,
  );
}
