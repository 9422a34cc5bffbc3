import { Link, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Header } from "../../app/header.tsx";
import { fold } from "../../lib/match.ts";
import type { Member } from "../../sync/rows.ts";
import { useTable } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Input } from "../../ui/field.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { roleName } from "../settings/controls.tsx";
import { useWorkspaceRow } from "./row.ts";

/** Who is in the workspace. Roles are changed in its settings. */
export function PeopleScreen() {
  const { ws } = useParams({ from: "/$ws" });
  const members = useTable("member");
  const isAdmin = useWorkspaceRow()?.role === 20;
  const [query, setQuery] = useState("");
  const active = useMemo(
    () => members.filter((member) => member.is_active).sort((a, b) => a.display_name.localeCompare(b.display_name)),
    [members],
  );
  const words = fold(query.trim());
  const found = active.filter((member) => fold(textOf(member)).includes(words));
  return (
    <>
      <Header
        crumbs={[{ label: "People" }]}
        count={active.length}
        actions={
          <>
            <Input
              aria-label="Find somebody"
              placeholder="Find"
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              className="h-7! w-40 pointer-coarse:h-11! max-sm:w-28"
            />
            {isAdmin && (
              <Link
                to="/$ws/settings/$page"
                params={{ ws, page: "members" }}
                className="flex h-7 items-center rounded-control bg-accent px-2.5 font-medium text-on-accent hover:bg-accent-hover pointer-coarse:h-11"
              >
                Invite
              </Link>
            )}
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {found.length === 0 && <EmptyState sentence={`Nobody here is called “${query}”.`} />}
        <ul>
          {found.map((member) => (
            <li
              key={member.id}
              className="flex min-h-10 items-center gap-3 border-b border-line px-4 py-1.5 max-sm:px-3"
            >
              <Avatar member={member} size={24} named={false} />
              <span className="min-w-0 flex-1 truncate">
                {member.display_name}
                <span className="pl-2 text-muted">{fullName(member)}</span>
              </span>
              {member.email && (
                <a
                  href={`mailto:${member.email}`}
                  className="truncate text-12 text-muted hover:text-text max-sm:hidden"
                >
                  {member.email}
                </a>
              )}
              <span className="w-18 shrink-0 text-right text-12 text-muted">{kindOf(member)}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function kindOf(member: Member): string {
  if (member.kind === "agent") return "Agent";
  if (member.kind === "integration") return "Integration";
  return roleName(member.role);
}

function fullName(member: Member): string {
  const full = `${member.first_name} ${member.last_name}`.trim();
  return full === member.display_name ? "" : full;
}

function textOf(member: Member): string {
  return [member.display_name, member.first_name, member.last_name, member.email ?? ""].join(" ");
}
