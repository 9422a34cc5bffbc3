import { signOut } from "../../api/client.ts";
import { forgetAccount } from "../../app/account.ts";
import { closeEngine } from "../../app/engine.ts";
import { wipeDrafts } from "../../sync/drafts.ts";
import { settleSavers } from "../detail/savers.ts";
import { forgetWorkspaces } from "../workspaces/list.ts";

/** Ends the session and leaves nothing of the work in this browser. */
export async function signOutHere(): Promise<void> {
  await settleSavers();
  await closeEngine(true);
  await wipeDrafts();
  forgetAccount();
  forgetWorkspaces();
  await signOut();
}
