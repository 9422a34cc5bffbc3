import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { useEngine } from "../../../sync-react/index.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useWorkspaceRow } from "../../workspaces/row.ts";
import { MemberLine } from "../members.tsx";
import { Lines, ReadOnly, Section } from "../parts.tsx";
import { Invitations } from "./invitations.tsx";

type Member = Schemas["Member"];

export default function Members() {
  const { ws } = useParams({ from: "/$ws" });
  const workspace = useWorkspaceRow();
  const { userId } = useEngine();
  const load = () => answer(api.GET("/api/v1/workspaces/{slug}/members/", { params: { path: { slug: ws } } }));
  const { data, error, reload, set } = useFetched(ws, load);
  const [leaving, setLeaving] = useState<Member>();
  const role = workspace?.role ?? 5;
  const isAdmin = role === 20;
  const changeRole = async (member: Member, next: number) => {
    const params = { path: { slug: ws, membership_id: member.membership_id } };
    try {
      await answer(api.PATCH("/api/v1/workspaces/{slug}/members/{membership_id}/", { params, body: { role: next } }));
      set((members) => members.map((other) => (other.id === member.id ? { ...other, role: next } : other)));
    } catch (failed) {
      toast(`The role of ${member.display_name} was not changed`, { tone: "danger", detail: inWords(failed).message });
    }
  };
  const remove = async (member: Member) => {
    const params = { path: { slug: ws, membership_id: member.membership_id } };
    try {
      await answer(api.DELETE("/api/v1/workspaces/{slug}/members/{membership_id}/", { params }));
      set((members) => members.filter(({ id }) => id !== member.id));
      toast(`${member.display_name} was removed`);
    } catch (failed) {
      toast(`${member.display_name} was not removed`, { tone: "danger", detail: inWords(failed).message });
    }
  };
  return (
    <>
      {isAdmin && <Invitations slug={ws} />}
      <Section title="Members" {...(data ? { lead: countOf(data.length) } : {})}>
        {!isAdmin && <ReadOnly>Admins of the workspace change roles and invite people.</ReadOnly>}
        {error && <ErrorState {...error} retry={() => void reload()} />}
        {!data && !error && <Waiting />}
        {data && (
          <Lines label="Members">
            {data.map((member) => (
              <MemberLine
                key={member.id}
                member={member}
                note={member.id === userId ? "you" : member.id === workspace?.owner ? "owner" : undefined}
                highest={role}
                disabled={!isAdmin || member.id === userId || member.role > role}
                onRole={(next) => void changeRole(member, next)}
                onRemove={() => setLeaving(member)}
              />
            ))}
          </Lines>
        )}
      </Section>
      <Confirm
        open={leaving !== undefined}
        onOpenChange={() => setLeaving(undefined)}
        title="Remove from the workspace"
        action="Remove"
        onConfirm={() => leaving && void remove(leaving)}
      >
        {leaving?.display_name} loses access to the workspace and all its projects. Items and comments stay.
      </Confirm>
    </>
  );
}

function countOf(count: number): string {
  return count === 1 ? "1 person" : `${count} people`;
}
