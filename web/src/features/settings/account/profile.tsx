import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { rememberAccount, useAccount } from "../../../app/account.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { TimezoneSelect } from "../controls.tsx";
import { Fixed, Section } from "../parts.tsx";
import { SavedMark, SavedText, useSaving } from "../saved.tsx";
import { removeAvatar, uploadAvatar } from "./avatar.ts";
import { EmailDialog } from "./email.tsx";

type Account = Schemas["Account"];

async function readAccount(): Promise<Account> {
  return (await answer(api.GET("/api/v1/auth/session/"))).user;
}

export default function Profile() {
  const { data, error, reload, set } = useFetched("account", readAccount);
  if (error) return <ErrorState {...error} retry={() => void reload()} />;
  if (!data) return <Waiting />;
  const save = async (change: Schemas["AccountBody"]) => {
    const user = await answer(api.PATCH("/api/v1/users/me/profile/", { body: change }));
    rememberAccount(user);
    set(() => user);
  };
  const named = (value: string) => (value === "" ? "Enter a name." : undefined);
  return (
    <>
      <Section>
        <Picture user={data} onChange={(user) => set(() => user)} />
        <SavedText
          label="Display name"
          field="display_name"
          value={data.display_name}
          maxLength={255}
          help="How you are shown to others."
          check={named}
          save={(display_name) => save({ display_name })}
        />
        <div className="grid grid-cols-2 gap-3">
          <SavedText
            label="First name"
            field="first_name"
            value={data.first_name}
            save={(first_name) => save({ first_name })}
          />
          <SavedText
            label="Last name"
            field="last_name"
            value={data.last_name}
            save={(last_name) => save({ last_name })}
          />
        </div>
      </Section>
      <Section>
        <Email
          email={data.email ?? ""}
          onChanged={(user) => {
            rememberAccount(user);
            set(() => user);
          }}
        />
        <Timezone value={data.timezone} save={(timezone) => save({ timezone })} />
      </Section>
    </>
  );
}

function Email({ email, onChanged }: { email: string; onChanged: (user: Account) => void }) {
  const [changing, setChanging] = useState(false);
  return (
    <Field label="Email" help="You sign in with it. Mails go to it once a code has shown that it is yours.">
      <div className="flex items-center justify-between gap-3">
        <Fixed>
          <span className="min-w-0 truncate">{email}</span>
        </Fixed>
        <Button onClick={() => setChanging(true)}>Change or confirm</Button>
      </div>
      {changing && <EmailDialog email={email} onClose={() => setChanging(false)} onChanged={onChanged} />}
    </Field>
  );
}

function Timezone({ value, save }: { value: string; save: (timezone: string) => Promise<void> }) {
  const saving = useSaving("timezone");
  return (
    <Field label="Time zone" error={saving.error} aside={<SavedMark saved={saving.saved} />}>
      <TimezoneSelect value={value} onChange={(zone) => void saving.save(() => save(zone))} />
    </Field>
  );
}

function Picture({ user, onChange }: { user: Account; onChange: (user: Account) => void }) {
  const account = useAccount();
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const change = async (run: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
      const now = await readAccount();
      rememberAccount(now);
      onChange(now);
    } catch (failed) {
      setError(inWords(failed).message);
    }
    setBusy(false);
  };
  return (
    <div className="flex items-center gap-4">
      <Avatar member={account ?? undefined} size={64} named={false} />
      <div className="flex flex-col gap-1.5">
        <div className="flex gap-2">
          <Button disabled={busy} onClick={() => input.current?.click()}>
            {user.avatar_url ? "Change picture" : "Add picture"}
          </Button>
          {user.avatar_url && (
            <Button variant="ghost" disabled={busy} onClick={() => void change(() => removeAvatar(user))}>
              Remove
            </Button>
          )}
        </div>
        <p className={error ? "text-12 text-danger" : "text-12 text-muted"} role={error ? "alert" : undefined}>
          {error ?? "JPEG, PNG, WebP or GIF, up to 5 MB."}
        </p>
      </div>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif"
        aria-label="Picture"
        className="hidden"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void change(() => uploadAvatar(file));
        }}
      />
    </div>
  );
}
