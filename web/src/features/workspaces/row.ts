import { useParams } from "@tanstack/react-router";
import type { Workspace } from "../../sync/rows.ts";
import { useTable } from "../../sync-react/index.tsx";

/** The workspace on the screen, with the role that the user has in it. */
export function useWorkspaceRow(): Workspace | undefined {
  const { ws } = useParams({ from: "/$ws" });
  return useTable("workspace").find((workspace) => workspace.slug === ws);
}
