/** The commands of the shell: where to go, how it looks, what is created around the items, and who one is. */

import { knownSession } from "../api/client.ts";
import { doings } from "../app/doings.ts";
import { openLayer } from "../app/shell-state.ts";
import { leave } from "../features/auth/sign-out.ts";
import { type Preferences, preferences, setPreference } from "../lib/preferences.ts";
import type { Workspace } from "../sync/rows.ts";
import { toast } from "../ui/toast.tsx";
import { currentPlace } from "./context.ts";
import type { Command, CommandContext, Section } from "./registry.ts";

const inWorkspace = ({ engine }: CommandContext) => engine !== null;
const inProject = ({ project }: CommandContext) => project !== null;

const isAdminOf =
  (slug: string) =>
  (workspace: Workspace): boolean =>
    workspace.slug === slug && workspace.role === 20;

function go(id: string, title: string, keys: string | null, path: string, words: readonly string[] = []): Command {
  return {
    id: `go.${id}`,
    title,
    section: "Go to",
    ...(keys ? { keys: [keys] } : {}),
    keywords: words,
    when: inWorkspace,
    run: ({ navigate }) => navigate(`/${currentPlace().workspace}${path}`),
  };
}

function settings(id: string, title: string, path: string, words: readonly string[] = []): Command {
  return {
    id: `settings.${id}`,
    title,
    section: "Account",
    keywords: ["settings", ...words],
    run: ({ navigate }) => navigate(`/settings/${path}`),
  };
}

function choice<K extends keyof Preferences>(id: string, title: string, key: K, value: Preferences[K]): Command {
  return {
    id: `view.${id}`,
    title,
    section: "View",
    keywords: [key, "appearance"],
    when: () => preferences()[key] !== value,
    run: () => setPreference(key, value),
  };
}

const opening: readonly Command[] = [
  {
    id: "palette.open",
    title: "Command palette",
    section: "Help",
    keys: ["$mod+k"],
    whileTyping: true,
    run: () => openLayer("palette"),
  },
  {
    id: "help.keys",
    title: "Keyboard shortcuts",
    section: "Help",
    keys: ["Shift+?"],
    keywords: ["keys", "help", "hotkeys"],
    run: () => openLayer("keys"),
  },
];

const going: readonly Command[] = [
  go("home", "Home", "g h", ""),
  go("inbox", "Inbox", "g i", "/inbox", ["notifications", "unread", "mentions"]),
  go("my", "My work", "g m", "/my/assigned", ["assigned", "mine"]),
  go("items", "All items", "g a", "/items", ["workspace", "everything"]),
  go("projects", "Projects", "g p", "/projects"),
  go("people", "People", "g e", "/people", ["members", "team"]),
  go("search", "Search", "/", "/search", ["find"]),
  go("settings", "Workspace settings", "g s", "/settings/general"),
  go("members", "Members and invitations", null, "/settings/members", ["invite", "roles", "people"]),
  {
    ...go("webhooks", "Webhooks", null, "/settings/webhooks", ["integration", "deliveries", "settings"]),
    when: ({ engine }) => engine !== null && [...engine.table("workspace").all()].some(isAdminOf(engine.slug)),
  },
  {
    id: "go.archive",
    title: "Archived items",
    section: "Go to",
    keywords: ["archive", "restore", "take back"],
    when: inProject,
    run: ({ navigate }) => navigate(`/${currentPlace().workspace}/p/${currentPlace().project}/archive`),
  },
  {
    id: "go.project-settings",
    title: "Project settings",
    section: "Go to",
    keywords: ["states", "labels", "members"],
    when: inProject,
    run: ({ navigate }) => navigate(`/${currentPlace().workspace}/p/${currentPlace().project}/settings/general`),
  },
  {
    id: "go.automations",
    title: "Automations of the project",
    section: "Go to",
    when: inProject,
    run: ({ navigate }) => navigate(`/${currentPlace().workspace}/p/${currentPlace().project}/settings/automations`),
  },
];

const creating: readonly Command[] = [
  {
    id: "project.create",
    title: "Create project",
    section: "Create",
    keywords: ["new"],
    when: inWorkspace,
    run: () => openLayer("create-project"),
  },
  {
    id: "workspace.create",
    title: "Create workspace",
    section: "Create",
    keywords: ["new"],
    run: ({ navigate }) => navigate("/create-workspace"),
  },
  {
    id: "member.invite",
    title: "Invite people",
    section: "Create",
    keywords: ["invitation", "member"],
    when: inWorkspace,
    run: ({ navigate }) => navigate(`/${currentPlace().workspace}/settings/members`),
  },
];

const viewing: readonly Command[] = [
  choice("theme-system", "Theme: follow the system", "theme", "system"),
  choice("theme-light", "Theme: light", "theme", "light"),
  choice("theme-dark", "Theme: dark", "theme", "dark"),
  choice("theme-contrast", "Theme: high contrast", "theme", "contrast"),
  {
    id: "view.density",
    title: () => (preferences().density === "compact" ? "Comfortable rows" : "Compact rows"),
    section: "View",
    keys: ["$mod+."],
    keywords: ["density", "row height"],
    run: () => setPreference("density", preferences().density === "compact" ? "comfortable" : "compact"),
  },
  {
    id: "view.sidebar",
    title: () => (preferences().sidebar === "open" ? "Collapse sidebar" : "Expand sidebar"),
    section: "View",
    keys: ["["],
    when: inWorkspace,
    run: () => setPreference("sidebar", preferences().sidebar === "open" ? "collapsed" : "open"),
  },
  {
    id: "view.copy-link",
    title: "Copy link to this view",
    section: "View",
    keywords: ["address", "url", "share"],
    run: async () => {
      await navigator.clipboard.writeText(location.href);
      toast("Link copied");
    },
  },
];

const editing: readonly Command[] = [step("undo", "Undo", "$mod+z"), step("redo", "Redo", "$mod+Shift+z")];

function step(id: "undo" | "redo", title: string, keys: string): Command {
  return {
    id: `edit.${id}`,
    title,
    section: "Edit" satisfies Section,
    keys: [keys],
    when: inWorkspace,
    run: () => void (doings[id]() || toast(`Nothing to ${id}`, { key: "undo" })),
  };
}

const account: readonly Command[] = [
  settings("profile", "Profile", "profile", ["name", "avatar", "picture"]),
  settings("appearance", "Appearance and keys", "appearance", ["theme", "density", "shortcuts"]),
  settings("notifications", "Notifications", "notifications", ["mail", "email", "digest", "quiet hours"]),
  settings("security", "Password and sessions", "security", ["sign out others", "devices"]),
  settings("tokens", "API tokens", "tokens", ["key", "access"]),
  {
    ...settings("server", "Server", "server", ["instance", "mail", "failed jobs", "admin", "version"]),
    when: () => knownSession()?.user.is_instance_admin === true,
  },
  {
    id: "account.single-keys",
    title: () => (preferences().singleKeys ? "Switch single-key shortcuts off" : "Switch single-key shortcuts on"),
    section: "Account",
    keywords: ["keyboard", "accessibility"],
    run: () => setPreference("singleKeys", !preferences().singleKeys),
  },
  {
    id: "account.sign-out",
    title: "Sign out",
    section: "Account",
    keywords: ["log out", "leave"],
    run: () => leave(),
  },
];

export const appCommands: readonly Command[] = [...opening, ...going, ...creating, ...viewing, ...editing, ...account];
