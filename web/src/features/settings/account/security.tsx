import { Monitor } from "lucide-react";
import { useRef } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { useSubmit } from "../../../app/submit.ts";
import { exactTime, relativeTime } from "../../../lib/dates.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { tip } from "../../../ui/tooltip.tsx";
import { FormError } from "../../auth/frame.tsx";
import { PasswordInput } from "../../auth/password.tsx";
import { Lines, Section } from "../parts.tsx";
import { browserName } from "./browser.ts";

type Session = Schemas["Session"];

export default function Security() {
  return (
    <>
      <Section title="Password" lead="Changing it signs you out everywhere else.">
        <Password />
      </Section>
      <Sessions />
    </>
  );
}

function Password() {
  const form = useRef<HTMLFormElement>(null);
  const { errors, pending, onSubmit } = useSubmit(["old_password", "new_password"], async (values) => {
    const body = { old_password: values.old_password ?? "", new_password: values.new_password ?? "" };
    await answer(api.POST("/api/v1/users/me/password/", { body }));
    form.current?.reset();
    toast("Password changed");
  });
  return (
    <form ref={form} onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <FormError>{errors[""]}</FormError>
      <Field label="Password now" error={errors.old_password}>
        <PasswordInput name="old_password" autoComplete="current-password" />
      </Field>
      <Field label="New password" help="Several words that do not belong together." error={errors.new_password}>
        <PasswordInput name="new_password" autoComplete="new-password" />
      </Field>
      <div>
        <Button type="submit" size="lg" disabled={pending}>
          Change password
        </Button>
      </div>
    </form>
  );
}

function Sessions() {
  const load = async () => (await answer(api.GET("/api/v1/users/me/sessions/"))).results;
  const { data, error, reload, set } = useFetched("own", load);
  const end = async (session: Session) => {
    const params = { path: { session_id: session.id } };
    try {
      await answer(api.DELETE("/api/v1/users/me/sessions/{session_id}/", { params }));
      set((sessions) => sessions.filter(({ id }) => id !== session.id));
    } catch (failed) {
      toast("The session was not ended", { tone: "danger", detail: inWords(failed).message });
    }
  };
  const endOthers = async () => {
    try {
      await answer(api.POST("/api/v1/users/me/sessions/revoke-others/"));
      set((sessions) => sessions.filter((session) => session.is_current));
    } catch (failed) {
      toast("The sessions were not ended", { tone: "danger", detail: inWords(failed).message });
    }
  };
  const others = data?.some((session) => !session.is_current) ?? false;
  return (
    <Section
      title="Sessions"
      lead="Where you are signed in."
      action={others && <Button onClick={() => void endOthers()}>Sign out everywhere else</Button>}
    >
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data && (
        <Lines label="Sessions">
          {data.map((session) => (
            <li key={session.id} className="flex items-center gap-3 px-3 py-2.5">
              <Monitor aria-hidden="true" className="text-muted" />
              <div className="min-w-0 flex-1">
                <p className="truncate text-13">{browserName(session.user_agent)}</p>
                <p className="tabular truncate text-12 text-muted">
                  {session.address} ·{" "}
                  <span {...tip(exactTime(session.last_used_at))}>used {relativeTime(session.last_used_at)}</span>
                </p>
              </div>
              {session.is_current ? (
                <span className="text-12 text-muted">This one</span>
              ) : (
                <Button size="sm" onClick={() => void end(session)}>
                  Sign out
                </Button>
              )}
            </li>
          ))}
        </Lines>
      )}
    </Section>
  );
}
