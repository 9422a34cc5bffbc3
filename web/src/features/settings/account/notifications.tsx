import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { useFetched } from "../../../app/fetched.ts";
import { usePreference } from "../../../lib/preferences.ts";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { Switch } from "../../../ui/toggle.tsx";
import { useWorkspaces } from "../../workspaces/list.ts";
import { Row, Section } from "../parts.tsx";
import { SavedMark, useSaving } from "../saved.tsx";

type Times = Schemas["MailPreferences"];
type Kind = keyof Schemas["NotificationChannel"];

/** What is offered to who switches them on. */
const DIGEST = "08:00";
const QUIET = { quiet_from: "22:00", quiet_to: "07:00" };

const KINDS: readonly (readonly [Kind, string, string?])[] = [
  ["mention", "Mentions", "Somebody names you in a description or a comment."],
  ["comment", "Comments"],
  ["state_change", "Changes of state"],
  ["issue_completed", "Completion", "Also where changes of state are off."],
  [
    "property_change",
    "Other changes",
    "Assignees, dates, priority, labels, title, links, files, new and deleted items.",
  ],
];

/** What one wants to be mailed about the items that one follows, and when. */
export default function Notifications() {
  return (
    <>
      <When />
      <What />
    </>
  );
}

/** Holds for all workspaces. */
function When() {
  const load = () => answer(api.GET("/api/v1/users/me/mail-preferences/"));
  const { data, error, reload, set } = useFetched("mail", load);
  if (error) return <ErrorState {...error} retry={() => void reload()} />;
  if (!data) return <Waiting />;
  const save = async (body: Schemas["MailPreferencesBody"]) => {
    const now = await answer(api.PATCH("/api/v1/users/me/mail-preferences/", { body }));
    set(() => now);
  };
  return (
    <Section
      title="When mails are sent"
      lead={
        <>
          You are mailed about items that you follow. Times are in {data.timezone.replaceAll("_", " ")}, as{" "}
          <Link to="/settings/$page" params={{ page: "profile" }} className="text-accent-text underline">
            your profile
          </Link>{" "}
          says.
        </>
      }
    >
      <Digest times={data} save={save} />
      <Quiet times={data} save={save} />
    </Section>
  );
}

interface TimesProps {
  times: Times;
  save: (body: Schemas["MailPreferencesBody"]) => Promise<void>;
}

function Digest({ times, save }: TimesProps) {
  const saving = useSaving("digest_at");
  const set = (digest_at: string | null) => void saving.save(() => save({ digest_at }));
  const on = Boolean(times.digest_at);
  return (
    <div className="flex flex-col gap-3">
      <Row label="One mail a day" help="Otherwise one for each item, five minutes after something happens with it.">
        <SavedMark saved={saving.saved} />
        <Switch label="One mail a day" checked={on} onChange={(wanted) => set(wanted ? DIGEST : null)} />
      </Row>
      {times.digest_at && <TimeField label="Sent at" value={times.digest_at} onChange={set} />}
      <Refused error={saving.error} />
    </div>
  );
}

function Quiet({ times, save }: TimesProps) {
  const saving = useSaving("quiet_to");
  const [wrong, setWrong] = useState<string>();
  const { quiet_from: from, quiet_to: to } = times;
  const set = (body: Schemas["MailPreferencesBody"]) => {
    const isNothing = body.quiet_from !== null && body.quiet_from === body.quiet_to;
    setWrong(isNothing ? "Quiet hours end at another time than they begin." : undefined);
    if (!isNothing) void saving.save(() => save(body));
  };
  return (
    <div className="flex flex-col gap-3">
      <Row label="Quiet hours" help="What happens within them is mailed when they end.">
        <SavedMark saved={saving.saved && !wrong} />
        <Switch
          label="Quiet hours"
          checked={Boolean(from)}
          onChange={(wanted) => set(wanted ? QUIET : { quiet_from: null, quiet_to: null })}
        />
      </Row>
      {from && to && (
        <div className="flex gap-3">
          <TimeField label="From" value={from} onChange={(quiet_from) => set({ quiet_from, quiet_to: to })} />
          <TimeField label="Until" value={to} onChange={(quiet_to) => set({ quiet_from: from, quiet_to })} />
        </div>
      )}
      <Refused error={wrong ?? saving.error} />
    </div>
  );
}

function Refused({ error }: { error: string | undefined }) {
  if (!error) return null;
  return (
    <p role="alert" className="text-12 text-danger">
      {error}
    </p>
  );
}

interface TimeFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Saved when one leaves it or presses Enter: while it is typed, hour and minute change one after the other. */
function TimeField({ label, value, onChange }: TimeFieldProps) {
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft && draft !== value) onChange(draft);
    setDraft(undefined);
  };
  return (
    <Field label={label} className="w-32">
      <Input
        type="time"
        required
        value={draft ?? value}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
        className="tabular"
      />
    </Field>
  );
}

/** Is said for each workspace. */
function What() {
  const workspaces = useWorkspaces();
  const last = usePreference("lastWorkspace");
  const [chosen, setChosen] = useState<string>();
  const open = workspaces?.find(({ slug }) => slug === (chosen ?? last)) ?? workspaces?.[0];
  if (!workspaces || !open) return null;
  return (
    <Section
      title="What is mailed"
      lead={workspaces.length > 1 ? undefined : `In ${open.name}.`}
      action={
        workspaces.length > 1 && (
          <Select
            aria-label="Workspace"
            value={open.slug}
            onChange={(event) => setChosen(event.currentTarget.value)}
            className="max-w-60"
          >
            {workspaces.map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </Select>
        )
      }
    >
      <Kinds key={open.slug} slug={open.slug} />
    </Section>
  );
}

function Kinds({ slug }: { slug: string }) {
  const params = { path: { slug } };
  const load = () => answer(api.GET("/api/v1/workspaces/{slug}/notification-preferences/", { params }));
  const { data, error, reload, set } = useFetched(slug, load);
  if (error) return <ErrorState {...error} retry={() => void reload()} />;
  if (!data) return <Waiting />;
  const save = async (kind: Kind, wanted: boolean) => {
    const body = { email: { [kind]: wanted } as Record<string, never> };
    const now = await answer(api.PATCH("/api/v1/workspaces/{slug}/notification-preferences/", { params, body }));
    set(() => now);
  };
  return KINDS.map(([kind, label, help]) => (
    <KindRow
      key={kind}
      label={label}
      help={help}
      wanted={data.email[kind] ?? true}
      save={(wanted) => save(kind, wanted)}
    />
  ));
}

interface KindRowProps {
  label: string;
  help: string | undefined;
  wanted: boolean;
  save: (wanted: boolean) => Promise<void>;
}

function KindRow({ label, help, wanted, save }: KindRowProps) {
  const saving = useSaving("email");
  return (
    <div className="flex flex-col gap-1.5">
      <Row label={label} help={help}>
        <SavedMark saved={saving.saved} />
        <Switch label={label} checked={wanted} onChange={(now) => void saving.save(() => save(now))} />
      </Row>
      <Refused error={saving.error} />
    </div>
  );
}
