import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Project } from "../../sync/rows.ts";
import { useTable } from "../../sync-react/index.tsx";

/** The projects that the user is in, by name; archived ones left out. */
export function useProjects(): readonly Project[] {
  const all = useTable("project");
  return useMemo(
    () =>
      all
        .filter((project) => project.member_role !== null && !project.archived_at)
        .sort((a, b) => a.name.localeCompare(b.name)),
    [all],
  );
}

/** The project of the address, by its letters (or its id). undefined: there is none here. */
export function useCurrentProject(): Project | undefined {
  const { project } = useParams({ strict: false });
  const all = useTable("project");
  return useMemo(() => {
    if (!project) return undefined;
    const letters = project.toUpperCase();
    return all.find((row) => row.identifier.toUpperCase() === letters || row.id === project);
  }, [all, project]);
}
