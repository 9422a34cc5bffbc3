import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { AuthFrame, FormError } from "./frame.tsx";

/** Has a link mailed with which another password is chosen. */
export function ForgotScreen() {
  const [sentTo, setSentTo] = useState<string>();
  const { errors, pending, onSubmit } = useSubmit(["email"], async ({ email = "" }) => {
    await answer(api.POST("/api/v1/auth/forgot-password/", { body: { email } }));
    setSentTo(email);
  });
  if (sentTo) {
    return (
      <AuthFrame title="Check your mail" foot={<ToSignIn />}>
        <p role="status" className="text-13">
          If there is an account with the address {sentTo}, a link to choose another password is on its way. It is good
          for half an hour.
        </p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Forgot your password?" lead="A link to choose another one is mailed to you." foot={<ToSignIn />}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <Field label="Email" error={errors.email}>
          <Input name="email" type="email" autoComplete="username" autoFocus />
        </Field>
        <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
          Send link
        </Button>
      </form>
    </AuthFrame>
  );
}

export function ToSignIn() {
  return (
    <Link to="/login" className="text-accent-text hover:underline">
      Back to sign in
    </Link>
  );
}
