import { signOut } from "../../api/client.ts";
import { forgetAccount } from "../../app/account.ts";
import { closeEngine, currentEngine } from "../../app/engine.ts";
import { openLayer } from "../../app/shell-state.ts";
import { preferences, setPreference } from "../../lib/preferences.ts";
import { wipeDrafts } from "../../sync/drafts.ts";
import { settleSavers } from "../detail/savers.ts";
import { forgetWorkspaces } from "../workspaces/list.ts";

/** Ends the session and leaves nothing of the work in this browser. When the server cannot be told, everything stays. */
export async function signOutHere(): Promise<void> {
  await settleSavers();
  const { account } = preferences();
  // Nobody is asked to sign in again: the session is not one that ended elsewhere.
  forgetAccount();
  try {
    await signOut();
  } catch (error) {
    setPreference("account", account);
    throw error;
  }
  forgetWorkspaces();
  setPreference("lastWorkspace", null);
  await closeEngine(true);
  await wipeDrafts();
}

/** Signs out; with changes that the server does not have, only after asking. Resolves to whether it is done. */
export async function leave(): Promise<boolean> {
  await settleSavers();
  if ((currentEngine()?.status().unsent ?? 0) > 0) {
    openLayer("sign-out");
    return false;
  }
  await signOutHere();
  return true;
}
