import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ToSignIn } from "./forgot.tsx";
import { AuthFrame, FormError } from "./frame.tsx";
import { PasswordInput } from "./password.tsx";

/** What the link in the mail leads to. Its token stands behind the `#`, which is sent to no server. */
export function ResetScreen() {
  const token = useLocation({ select: (location) => location.hash });
  const [done, setDone] = useState(false);
  const { errors, pending, onSubmit } = useSubmit(["password"], async ({ password = "" }) => {
    await answer(api.POST("/api/v1/auth/reset-password/", { body: { token, password } }));
    setDone(true);
  });
  if (token === "") {
    return (
      <AuthFrame
        title="This link is not complete"
        lead="Open it from the mail once more, or have another one sent."
        foot={<Foot />}
      />
    );
  }
  if (done) {
    return (
      <AuthFrame title="You have another password" foot={<ToSignIn />}>
        <p role="status" className="text-13">
          Sign in with it. All other browsers were signed out.
        </p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Choose another password" foot={<Foot />}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <Field label="Password" help="Several words that do not belong together." error={errors.password}>
          <PasswordInput name="password" autoComplete="new-password" autoFocus />
        </Field>
        <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
          Change password
        </Button>
      </form>
    </AuthFrame>
  );
}

function Foot() {
  return (
    <div className="flex flex-wrap justify-between gap-x-4 gap-y-2">
      <ToSignIn />
      <Link to="/forgot" className="text-accent-text hover:underline">
        Send another link
      </Link>
    </div>
  );
}
