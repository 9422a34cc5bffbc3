/** The workspaces of the account, for switching between them. */

import { useEffect } from "react";
import { answer, api, type Schemas } from "../../api/client.ts";
import { store } from "../../lib/store.ts";

export type WorkspaceEntry = Schemas["Workspace"];

const known = store<readonly WorkspaceEntry[] | null>(null);
let asking: Promise<readonly WorkspaceEntry[]> | null = null;

export function loadWorkspaces(): Promise<readonly WorkspaceEntry[]> {
  asking ??= answer(api.GET("/api/v1/workspaces/"))
    .then(({ results }) => {
      known.set(results);
      return results;
    })
    .finally(() => {
      asking = null;
    });
  return asking;
}

/** null: not known yet. */
export function useWorkspaces(): readonly WorkspaceEntry[] | null {
  useEffect(() => {
    // Without an answer the switcher shows the workspace that is open, which the engine knows.
    if (!known.get()) void loadWorkspaces().catch(() => undefined);
  }, []);
  return known.use();
}
