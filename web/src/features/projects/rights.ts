import { useParams } from "@tanstack/react-router";
import type { Project } from "../../sync/rows.ts";
import { useTable } from "../../sync-react/index.tsx";

const ADMIN = 20;
const MEMBER = 15;

/** Whether the user may change the project itself: its admins, and those of the workspace. */
export function useProjectAdmin(project: Project | undefined): boolean {
  const { ws } = useParams({ strict: false });
  const workspace = useTable("workspace").find(({ slug }) => slug === ws);
  return project?.member_role === ADMIN || workspace?.role === ADMIN;
}

/** Whether the user may change what is in it: states, labels, items. */
export function mayWrite(project: Project | undefined): boolean {
  return (project?.member_role ?? 0) >= MEMBER && !project?.archived_at;
}
