/** Going to another workspace by its name. */

import { useEffect } from "react";
import { type Command, register } from "../../commands/registry.ts";
import { useWorkspaces, type WorkspaceEntry } from "./list.ts";

export function switchCommands(
  workspaces: readonly Pick<WorkspaceEntry, "slug" | "name">[],
  here: string,
): readonly Command[] {
  return workspaces
    .filter(({ slug }) => slug !== here)
    .map(({ slug, name }) => ({
      id: `workspace.switch-${slug}`,
      title: `Switch to ${name}`,
      section: "Workspace",
      keywords: ["workspace", "change", slug],
      run: ({ navigate }) => navigate(`/${slug}`),
    }));
}

/** While a workspace is on the screen, the others are in the palette. */
export function useSwitchCommands(here: string): void {
  const workspaces = useWorkspaces();
  useEffect(() => register(switchCommands(workspaces ?? [], here)), [workspaces, here]);
}
