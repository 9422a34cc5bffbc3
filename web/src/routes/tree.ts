/** Every address of the app. Screens are loaded when they are first gone to. */

import { createRootRoute, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import * as v from "valibot";
import { openEngine } from "../app/engine.ts";
import { inboxSearchSchema } from "../features/inbox/filter.ts";
import { viewSearchSchema } from "../features/views/search.ts";
import { needsAccount, needsNobody, needsServer, toWorkspace } from "./guards.ts";
import { Failed, NotFound, Root } from "./root.tsx";
import { FramedRoute, WorkspaceRoute } from "./workspace.tsx";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** The screen, as commands know it. */
    screen?: string;
  }
}

const text = v.fallback(v.optional(v.string()), undefined);

const root = createRootRoute({ component: Root, errorComponent: Failed, notFoundComponent: NotFound });

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async (going) => {
    await needsAccount(going);
    await toWorkspace();
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: needsNobody,
  component: lazyRouteComponent(() => import("../features/auth/setup.tsx"), "SetupScreen"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: v.object({ next: text }),
  component: lazyRouteComponent(() => import("../features/auth/login.tsx"), "LoginScreen"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: lazyRouteComponent(() => import("../features/auth/forgot.tsx"), "ForgotScreen"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => import("../features/auth/reset.tsx"), "ResetScreen"),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite",
  beforeLoad: needsServer,
  component: lazyRouteComponent(() => import("../features/auth/invite.tsx"), "InviteScreen"),
});

/** Links of before have the token in the path. */
const oldInvite = createRoute({
  getParentRoute: () => root,
  path: "/invite/$token",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/invite", hash: params.token, replace: true });
  },
});

const createWorkspace = createRoute({
  getParentRoute: () => root,
  path: "/create-workspace",
  beforeLoad: needsAccount,
  component: lazyRouteComponent(() => import("../features/workspaces/create.tsx"), "CreateWorkspaceScreen"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  beforeLoad: needsAccount,
  component: lazyRouteComponent(() => import("../features/settings/layout.tsx"), "AccountSettings"),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/$ws",
  beforeLoad: needsAccount,
  loader: ({ params, context }) => {
    openEngine(params.ws, context.userId);
  },
  component: WorkspaceRoute,
});

const framed = createRoute({ getParentRoute: () => workspace, id: "framed", component: FramedRoute });

const home = createRoute({
  getParentRoute: () => framed,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/$ws/my/$tab", params: { ws: params.ws, tab: "assigned" }, replace: true });
  },
});

const items = lazyRouteComponent(() => import("../features/items/screen.tsx"), "ItemsScreen");

const projectItems = createRoute({
  getParentRoute: () => framed,
  path: "p/$project/items",
  validateSearch: viewSearchSchema,
  staticData: { screen: "items" },
  component: items,
});

const project = createRoute({
  getParentRoute: () => framed,
  path: "p/$project",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/$ws/p/$project/items", params, search: {}, replace: true });
  },
});

const archive = createRoute({
  getParentRoute: () => framed,
  path: "p/$project/archive",
  staticData: { screen: "archive" },
  component: lazyRouteComponent(() => import("../features/archive/screen.tsx"), "ArchiveScreen"),
});

const allItems = createRoute({
  getParentRoute: () => framed,
  path: "items",
  validateSearch: viewSearchSchema,
  staticData: { screen: "items" },
  component: items,
});

const myWork = createRoute({
  getParentRoute: () => framed,
  path: "my/$tab",
  validateSearch: viewSearchSchema,
  staticData: { screen: "items" },
  component: items,
});

const search = createRoute({
  getParentRoute: () => framed,
  path: "search",
  validateSearch: v.object({ q: text }),
  staticData: { screen: "search" },
  component: lazyRouteComponent(() => import("../features/search/screen.tsx"), "SearchScreen"),
});

const item = createRoute({
  getParentRoute: () => framed,
  path: "item/$key",
  staticData: { screen: "item" },
  component: lazyRouteComponent(() => import("../features/detail/page.tsx"), "ItemPage"),
});

const inbox = createRoute({
  getParentRoute: () => framed,
  path: "inbox",
  validateSearch: inboxSearchSchema,
  component: lazyRouteComponent(() => import("../features/inbox/screen.tsx"), "InboxScreen"),
});

/** The list stays where it is while an entry is opened beside it. */
const inboxIndex = createRoute({ getParentRoute: () => inbox, path: "/", staticData: { screen: "inbox" } });
const inboxEntry = createRoute({ getParentRoute: () => inbox, path: "$id", staticData: { screen: "inbox" } });

const people = createRoute({
  getParentRoute: () => framed,
  path: "people",
  staticData: { screen: "people" },
  component: lazyRouteComponent(() => import("../features/workspaces/people.tsx"), "PeopleScreen"),
});

const projects = createRoute({
  getParentRoute: () => framed,
  path: "projects",
  staticData: { screen: "projects" },
  component: lazyRouteComponent(() => import("../features/projects/screen.tsx"), "ProjectsScreen"),
});

const workspaceSettings = createRoute({
  getParentRoute: () => workspace,
  path: "settings",
  component: lazyRouteComponent(() => import("../features/settings/layout.tsx"), "WorkspaceSettings"),
});

const projectSettings = createRoute({
  getParentRoute: () => workspace,
  path: "p/$project/settings",
  component: lazyRouteComponent(() => import("../features/settings/layout.tsx"), "ProjectSettings"),
});

const accountPage = createRoute({
  getParentRoute: () => account,
  path: "$page",
  staticData: { screen: "settings" },
  component: lazyRouteComponent(() => import("../features/settings/pages.tsx"), "AccountPage"),
});

const workspacePage = createRoute({
  getParentRoute: () => workspaceSettings,
  path: "$page",
  staticData: { screen: "settings" },
  component: lazyRouteComponent(() => import("../features/settings/pages.tsx"), "WorkspacePage"),
});

const projectPage = createRoute({
  getParentRoute: () => projectSettings,
  path: "$page",
  staticData: { screen: "settings" },
  component: lazyRouteComponent(() => import("../features/settings/pages.tsx"), "ProjectPage"),
});

const accountIndex = createRoute({ getParentRoute: () => account, path: "/" });
const workspaceIndex = createRoute({ getParentRoute: () => workspaceSettings, path: "/" });
const projectIndex = createRoute({ getParentRoute: () => projectSettings, path: "/" });

export const tree = root.addChildren([
  index,
  setup,
  login,
  forgot,
  reset,
  invite,
  oldInvite,
  createWorkspace,
  account.addChildren([accountIndex, accountPage]),
  workspace.addChildren([
    framed.addChildren([
      home,
      inbox.addChildren([inboxIndex, inboxEntry]),
      project,
      projectItems,
      archive,
      allItems,
      myWork,
      search,
      item,
      people,
      projects,
    ]),
    workspaceSettings.addChildren([workspaceIndex, workspacePage]),
    projectSettings.addChildren([projectIndex, projectPage]),
  ]),
]);
