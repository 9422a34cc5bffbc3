import { useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { useEngine, useTable } from "../../../sync-react/index.tsx";
import { Avatar } from "../../../ui/avatar.tsx";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { Picker } from "../../../ui/picker.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useCurrentProject } from "../../projects/list.ts";
import { MemberLine } from "../members.tsx";
import { Lines, ReadOnly, Section } from "../parts.tsx";

type Member = Schemas["Member"];

export default function Members() {
  const { ws } = useParams({ from: "/$ws" });
  const { userId } = useEngine();
  const project = useCurrentProject();
  const everybody = useTable("member");
  const project_id = project?.id ?? "";
  const path = { slug: ws, project_id };
  const load = () => answer(api.GET("/api/v1/workspaces/{slug}/projects/{project_id}/members/", { params: { path } }));
  const { data, error, reload, set } = useFetched(`${ws} ${project_id}`, load);
  const [leaving, setLeaving] = useState<Member>();
  const isAdmin = project?.member_role === 20;
  const attempt = (what: string, run: () => Promise<unknown>) => {
    run().catch((failed: unknown) => toast(what, { tone: "danger", detail: inWords(failed).message }));
  };
  const changeRole = (member: Member, role: number) =>
    attempt(`The role of ${member.display_name} was not changed`, async () => {
      const params = { path: { ...path, member_id: member.membership_id } };
      const url = "/api/v1/workspaces/{slug}/projects/{project_id}/members/{member_id}/";
      await answer(api.PATCH(url, { params, body: { role } }));
      set((members) => members.map((other) => (other.id === member.id ? { ...other, role } : other)));
    });
  const remove = (member: Member) =>
    attempt(`${member.display_name} was not removed`, async () => {
      const params = { path: { ...path, member_id: member.membership_id } };
      await answer(api.DELETE("/api/v1/workspaces/{slug}/projects/{project_id}/members/{member_id}/", { params }));
      set((members) => members.filter(({ id }) => id !== member.id));
    });
  const add = (id: string) =>
    attempt("Not added", async () => {
      const body = { member: id, role: 15 };
      await answer(api.POST("/api/v1/workspaces/{slug}/projects/{project_id}/members/", { params: { path }, body }));
      await reload();
    });
  const inside = new Set(data?.map(({ id }) => id));
  const outside = everybody.filter((member) => member.is_active && !inside.has(member.id));
  return (
    <Section
      lead="They see the project and what is in it."
      action={
        isAdmin &&
        data && (
          <Picker
            label="Add to the project"
            align="end"
            empty="Everybody is in the project"
            options={outside.map((member) => ({
              id: member.id,
              label: member.display_name,
              keywords: member.email ?? undefined,
              icon: <Avatar member={member} named={false} />,
            }))}
            value={[]}
            onChange={([id]) => id && add(id)}
            trigger={
              <Button variant="primary" icon={<UserPlus aria-hidden="true" />}>
                Add
              </Button>
            }
          />
        )
      }
    >
      {!isAdmin && <ReadOnly>Admins of the project change roles and add people.</ReadOnly>}
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data && (
        <Lines label="Members">
          {data.map((member) => (
            <MemberLine
              key={member.id}
              member={member}
              note={member.id === userId ? "you" : undefined}
              highest={20}
              disabled={!isAdmin || member.id === userId}
              onRole={(role) => changeRole(member, role)}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </Lines>
      )}
      <Confirm
        open={leaving !== undefined}
        onOpenChange={() => setLeaving(undefined)}
        title={`Remove from ${project?.name ?? "the project"}`}
        action="Remove"
        onConfirm={() => leaving && remove(leaving)}
      >
        {leaving?.display_name} no longer sees this project. Items and comments stay.
      </Confirm>
    </Section>
  );
}
