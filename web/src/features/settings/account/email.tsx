import { useId, useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { useSubmit } from "../../../app/submit.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { FormError } from "../../auth/frame.tsx";
import { PasswordInput } from "../../auth/password.tsx";

export interface EmailDialogProps {
  email: string;
  onClose: () => void;
  onChanged: (account: Schemas["Account"]) => void;
}

/** Another address, or that the one there is is one's own: a code is mailed to it. */
export function EmailDialog({ email, onClose, onChanged }: EmailDialogProps) {
  const [sentTo, setSentTo] = useState<string>();
  const form = useId();
  const ask = useSubmit(["email", "password"], async ({ email: wanted = "", password = "" }) => {
    await answer(api.POST("/api/v1/users/me/email/", { body: { email: wanted.trim(), password } }));
    setSentTo(wanted.trim());
  });
  const confirm = useSubmit(["code"], async ({ code = "" }) => {
    onChanged(await answer(api.POST("/api/v1/users/me/email/confirm/", { body: { code: code.trim() } })));
    toast("Your email is confirmed", { detail: "All other browsers were signed out." });
    onClose();
  });
  const { pending } = sentTo === undefined ? ask : confirm;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Change or confirm email"
      footer={
        <Button type="submit" form={form} variant="primary" size="lg" disabled={pending}>
          {sentTo === undefined ? "Send code" : "Confirm"}
        </Button>
      }
    >
      {sentTo === undefined ? (
        <form id={form} onSubmit={ask.onSubmit} className="flex flex-col gap-4" noValidate>
          <FormError>{ask.errors[""]}</FormError>
          <Field label="Email" help="A code is mailed there, which shows that it is yours." error={ask.errors.email}>
            <Input name="email" type="email" autoComplete="email" defaultValue={email} autoFocus />
          </Field>
          <Field label="Password" error={ask.errors.password}>
            <PasswordInput name="password" autoComplete="current-password" />
          </Field>
        </form>
      ) : (
        <form id={form} onSubmit={confirm.onSubmit} className="flex flex-col gap-4" noValidate>
          <FormError>{confirm.errors[""]}</FormError>
          <Field
            label="Code"
            help={`It was mailed to ${sentTo} and is good for ten minutes. All other browsers are signed out.`}
            error={confirm.errors.code}
          >
            <Input
              name="code"
              autoFocus
              spellCheck={false}
              autoCapitalize="characters"
              autoComplete="one-time-code"
              placeholder="XXXX-XXXX"
              className="tabular tracking-wide uppercase placeholder:tracking-wide"
            />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
