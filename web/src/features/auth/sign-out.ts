import { signOut } from "../../api/client.ts";
import { forgetAccount } from "../../app/account.ts";
import { closeEngine, currentEngine } from "../../app/engine.ts";
import { openLayer } from "../../app/shell-state.ts";
import { preferences, setPreference } from "../../lib/preferences.ts";
import { keepNoMore } from "../../sync/drafts.ts";
import { countUnsent, onLeft, sayLeft, wipeUser } from "../../sync/user-data.ts";
import { flushSavers, settleSavers } from "../detail/savers.ts";
import { forgetViews } from "../views/display.ts";
import { signInPath } from "./next.ts";

let leaving = false;

/** Whether somebody is signing out in this tab: it must not be loaded anew before all is removed. */
export function isLeaving(): boolean {
  return leaving;
}

/** Ends the session and leaves nothing of the work in this browser. When the server cannot be told, everything stays. */
export async function signOutHere(next?: string): Promise<void> {
  leaving = true;
  try {
    await settleSavers();
    const { account } = preferences();
    const userId = userHere();
    // Nobody is asked to sign in again: the session is not one that ended elsewhere.
    forgetAccount();
    try {
      await signOut();
    } catch (error) {
      setPreference("account", account);
      throw error;
    }
    await removeUser(userId, next);
  } finally {
    leaving = false;
  }
}

/** For somebody whose session has ended already. */
export async function leaveForGood(): Promise<void> {
  await settleSavers();
  // Somebody else may have signed in in another tab meanwhile.
  const userId = currentEngine()?.userId ?? userHere();
  forgetAccount();
  await removeUser(userId);
}

/** Signs out; with anything that the server does not have, only after asking. */
export async function leave(next?: string): Promise<void> {
  await flushSavers();
  if ((await unsentHere()) > 0) openLayer("sign-out");
  else await signOutHere(next);
}

/** How much would be lost, in all workspaces. */
export async function unsentHere(): Promise<number> {
  const userId = userHere();
  if (!userId) return 0;
  const engine = currentEngine();
  if (!engine) return countUnsent(userId);
  // Texts are counted where they are kept, of all workspaces.
  const { unsent, texts } = engine.status();
  return countUnsent(userId, { slug: engine.slug, unsent: unsent - texts });
}

function userHere(): string | undefined {
  return preferences().account?.id ?? currentEngine()?.userId;
}

/** Who signs out in one tab has left in all of them. Nothing that a tab still has or gets is kept then. */
export function followSignOut(): () => void {
  return onLeft(async (userId) => {
    if (leaving || userHere() !== userId) return;
    leaving = true;
    keepNoMore(userId);
    await closeEngine(true);
    await wipeUser(userId);
    location.assign("/login");
  });
}

/** Then the page is loaded anew: what runs in it was made for him, and must not act for the next one. */
async function removeUser(userId: string | undefined, next?: string): Promise<void> {
  setPreference("lastWorkspace", null);
  forgetViews(userId);
  if (userId) {
    keepNoMore(userId);
    sayLeft(userId);
  }
  await closeEngine(true);
  if (userId) await wipeUser(userId);
  location.assign(signInPath(next));
}
