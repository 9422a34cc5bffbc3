import { Link, useParams } from "@tanstack/react-router";
import { Globe, Lock, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { Header } from "../../app/header.tsx";
import { openLayer } from "../../app/shell-state.ts";
import { fold } from "../../lib/match.ts";
import type { Member, Project } from "../../sync/rows.ts";
import { useTable } from "../../sync-react/index.tsx";
import { AvatarStack } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Input } from "../../ui/field.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { ProjectIcon } from "./icon.tsx";

/** All projects that one may find: one's own, those open to everybody, and the archived ones below. */
export function ProjectsScreen() {
  const { ws } = useParams({ from: "/$ws" });
  const projects = useTable("project");
  const [query, setQuery] = useState("");
  const found = useMemo(() => {
    const words = fold(query.trim());
    return projects
      .filter((project) => fold(`${project.name} ${project.identifier}`).includes(words))
      .sort((a, b) => a.name.localeCompare(b.name));
  }, [projects, query]);
  const open = found.filter((project) => !project.archived_at);
  const archived = found.filter((project) => project.archived_at);
  return (
    <>
      <Header
        crumbs={[{ label: "Projects" }]}
        count={open.length}
        actions={
          <>
            <Input
              aria-label="Find a project"
              placeholder="Find"
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              className="h-7! w-40 pointer-coarse:h-11! max-sm:w-24"
            />
            <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => openLayer("create-project")}>
              <span className="max-sm:sr-only">Create project</span>
            </Button>
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {projects.length === 0 && (
          <EmptyState
            sentence="A project holds the items of one product, team or undertaking."
            action={{ label: "Create project", run: () => openLayer("create-project") }}
          />
        )}
        {projects.length > 0 && found.length === 0 && <EmptyState sentence={`No project is called “${query}”.`} />}
        <Lines ws={ws} projects={open} />
        {archived.length > 0 && (
          <>
            <h2 className="px-4 pt-6 pb-2 text-12 font-medium text-muted">Archived</h2>
            <Lines ws={ws} projects={archived} />
          </>
        )}
      </div>
    </>
  );
}

function Lines({ ws, projects }: { ws: string; projects: readonly Project[] }) {
  const membersOf = useMembersOf();
  return (
    <ul>
      {projects.map((project) => (
        <li key={project.id} className="border-b border-line">
          <Link
            to="/$ws/p/$project/items"
            params={{ ws, project: project.identifier }}
            search={{}}
            className="flex min-h-10 items-center gap-3 px-4 py-2 hover:bg-hover max-sm:px-3"
          >
            <ProjectIcon project={project} />
            <span className="tabular w-16 shrink-0 truncate text-12 text-muted">{project.identifier}</span>
            <span className="min-w-0 flex-1 truncate">
              {project.name}
              {project.description && <span className="pl-3 text-muted max-sm:hidden">{project.description}</span>}
            </span>
            <AvatarStack members={membersOf(project.id)} most={5} />
            <Visibility project={project} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Visibility({ project }: { project: Project }) {
  const words = project.network === 2 ? "Everybody in the workspace finds it" : "Only its members find it";
  const Icon = project.network === 2 ? Globe : Lock;
  return (
    <span {...tip(words)} role="img" aria-label={words} className="flex text-faint">
      <Icon aria-hidden="true" />
    </span>
  );
}

function useMembersOf(): (project: string) => readonly Member[] {
  const memberships = useTable("project_member");
  const members = useTable("member");
  return useMemo(() => {
    const people = new Map(members.map((member) => [member.id, member]));
    const byProject = new Map<string, Member[]>();
    for (const { project, member } of memberships) {
      const person = people.get(member);
      if (person) byProject.set(project, [...(byProject.get(project) ?? []), person]);
    }
    return (project) => byProject.get(project) ?? [];
  }, [memberships, members]);
}
