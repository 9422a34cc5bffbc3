import { Link2, Mail, X } from "lucide-react";
import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { useSubmit } from "../../../app/submit.ts";
import { dayLabel, toDay } from "../../../lib/dates.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ErrorState } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { FormError } from "../../auth/frame.tsx";
import { ROLES, roleName } from "../controls.tsx";
import { Once } from "../once.tsx";
import { Lines, Section } from "../parts.tsx";

type Invitation = Schemas["Invitation"];

/** A link that was just made: its token is known now and never again. */
interface Fresh {
  readonly id: string;
  readonly link: string;
}

export function Invitations({ slug }: { slug: string }) {
  const load = () => answer(api.GET("/api/v1/workspaces/{slug}/invitations/", { params: { path: { slug } } }));
  const { data, error, reload, set } = useFetched(slug, load);
  const [fresh, setFresh] = useState<Fresh>();
  const open = data?.filter((invitation) => !invitation.accepted) ?? [];
  const makeLink = async (invitation: Invitation) => {
    const params = { path: { slug, invitation_id: invitation.id } };
    const made = await answer(api.POST("/api/v1/workspaces/{slug}/invitations/{invitation_id}/link/", { params }));
    setFresh({ id: invitation.id, link: `${location.origin}/invite#${made.token ?? ""}` });
    set((all) =>
      all.map((other) => (other.id === invitation.id ? { ...other, expires_at: made.expires_at ?? null } : other)),
    );
  };
  const revoke = async (invitation: Invitation) => {
    const params = { path: { slug, invitation_id: invitation.id } };
    await answer(api.DELETE("/api/v1/workspaces/{slug}/invitations/{invitation_id}/", { params }));
    set((all) => all.filter(({ id }) => id !== invitation.id));
  };
  const attempt = (what: string, run: () => Promise<void>) => {
    run().catch((failed: unknown) => toast(what, { tone: "danger", detail: inWords(failed).message }));
  };
  return (
    <Section title="Invite people" lead="An invitation is a link for one address. It is good for seven days.">
      <InviteForm
        slug={slug}
        onMade={async (invitation) => {
          set((all) => [invitation, ...all]);
          await makeLink(invitation);
        }}
      />
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {open.length > 0 && (
        <Lines label="Invitations">
          {open.map((invitation) => (
            <Line
              key={invitation.id}
              invitation={invitation}
              link={fresh?.id === invitation.id ? fresh.link : undefined}
              onLink={() => attempt("The link was not made", () => makeLink(invitation))}
              onRevoke={() => attempt("The invitation was not taken back", () => revoke(invitation))}
            />
          ))}
        </Lines>
      )}
    </Section>
  );
}

function InviteForm({ slug, onMade }: { slug: string; onMade: (invitation: Invitation) => Promise<void> }) {
  const form = useRef<HTMLFormElement>(null);
  const { errors, pending, onSubmit } = useSubmit(["email", "role"], async (values) => {
    const body = { email: (values.email ?? "").trim(), role: Number(values.role) };
    const params = { path: { slug } };
    const invitation = await answer(api.POST("/api/v1/workspaces/{slug}/invitations/", { params, body }));
    form.current?.reset();
    await onMade(invitation);
  });
  return (
    <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-3" noValidate>
      <FormError>{errors[""]}</FormError>
      <div className="flex items-start gap-2 max-sm:flex-col">
        <Field label="Email" error={errors.email} className="w-full flex-1">
          <Input name="email" type="email" placeholder="name@example.com" />
        </Field>
        <Field label="Role" error={errors.role} className="max-sm:w-full">
          <Select name="role" defaultValue={15}>
            {ROLES.map((role) => (
              <option key={role.value} value={role.value}>
                {role.name}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          disabled={pending}
          className="mt-6.25 max-sm:mt-1 max-sm:w-full"
        >
          Invite
        </Button>
      </div>
    </form>
  );
}

interface LineProps {
  invitation: Invitation;
  link: string | undefined;
  onLink: () => void;
  onRevoke: () => void;
}

function Line({ invitation, link, onLink, onRevoke }: LineProps) {
  return (
    <li className="px-3 py-2">
      <div className="flex min-h-8 items-center gap-3">
        <Mail aria-hidden="true" className="text-muted" />
        <div className="min-w-0 flex-1">
          <p className="truncate text-13">{invitation.email}</p>
          <p className="text-12 text-muted">
            {roleName(invitation.role)} · {validity(invitation)}
          </p>
        </div>
        <Button size="sm" icon={<Link2 aria-hidden="true" />} onClick={onLink}>
          New link
        </Button>
        <IconButton label={`Take back the invitation of ${invitation.email}`} onClick={onRevoke}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {link && (
        <div className="mt-2 mb-1">
          <Once sentence="Send this link. It is shown only now." secrets={[["Link", link]]} />
        </div>
      )}
    </li>
  );
}

function validity({ expires_at }: Invitation): string {
  if (!expires_at) return "no link yet";
  const until = new Date(expires_at);
  return until < new Date() ? "link expired" : `link good until ${dayLabel(toDay(until))}`;
}
