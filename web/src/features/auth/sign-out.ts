import { signOut } from "../../api/client.ts";
import { forgetAccount } from "../../app/account.ts";
import { closeEngine } from "../../app/engine.ts";
import { forgetWorkspaces } from "../workspaces/list.ts";

/** Ends the session and leaves nothing of the work in this browser. */
export async function signOutHere(): Promise<void> {
  await closeEngine(true);
  forgetAccount();
  forgetWorkspaces();
  await signOut();
}
