/** The workspaces of the account, for switching between them. */

import { useEffect, useSyncExternalStore } from "react";
import { answer, api, type Schemas } from "../../api/client.ts";

export type WorkspaceEntry = Schemas["Workspace"];

let known: readonly WorkspaceEntry[] | null = null;
let asking: Promise<readonly WorkspaceEntry[]> | null = null;
const listeners = new Set<() => void>();

export function loadWorkspaces(): Promise<readonly WorkspaceEntry[]> {
  asking ??= answer(api.GET("/api/v1/workspaces/"))
    .then(({ results }) => {
      known = results;
      for (const listener of listeners) listener();
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
    if (!known) void loadWorkspaces().catch(() => undefined);
  }, []);
  return useSyncExternalStore(subscribe, () => known);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
