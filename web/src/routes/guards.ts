/** What has to be so before a screen is shown. */

import { redirect } from "@tanstack/react-router";
import { answer, api } from "../api/client.ts";
import { whoIsThere } from "../app/account.ts";
import { loadWorkspaces } from "../features/workspaces/list.ts";
import { preferences } from "../lib/preferences.ts";

interface Going {
  location: { href: string };
}

/** Somebody is signed in, or was when the server could last be asked. */
export async function needsAccount({ location }: Going): Promise<{ userId: string }> {
  const account = await whoIsThere();
  if (account) return { userId: account.id };
  if (await needsSetup()) throw redirect({ to: "/setup" });
  const next = location.href === "/" ? undefined : location.href;
  throw redirect({ to: "/login", search: { next } });
}

/** Whoever comes, signed in or not, on a server that is set up. */
export async function needsServer(): Promise<void> {
  if (!(await whoIsThere()) && (await needsSetup())) throw redirect({ to: "/setup" });
}

/** Nobody has set the server up. */
export async function needsNobody(): Promise<void> {
  if (!(await needsSetup())) throw redirect({ to: "/" });
}

/** To the workspace that was open last, or any, or to making one. */
export async function toWorkspace(): Promise<never> {
  const last = preferences().lastWorkspace;
  if (last) throw redirect({ to: "/$ws", params: { ws: last }, replace: true });
  const [first] = await loadWorkspaces();
  if (!first) throw redirect({ to: "/create-workspace", replace: true });
  throw redirect({ to: "/$ws", params: { ws: first.slug }, replace: true });
}

async function needsSetup(): Promise<boolean> {
  return (await answer(api.GET("/api/v1/auth/setup/"))).is_needed;
}
