import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, answer, api, joinByInvitation } from "../../api/client.ts";
import { useAccount, useSignedOut } from "../../app/account.ts";
import { inWords } from "../../app/error.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { loadWorkspaces } from "../workspaces/list.ts";
import { ToSignIn } from "./forgot.tsx";
import { AuthFrame, FormError } from "./frame.tsx";
import { PasswordInput } from "./password.tsx";
import { leave } from "./sign-out.ts";

/** What the link of an invitation leads to. Its token stands behind the `#`, which is sent to no server. */
export function InviteScreen() {
  const signedOut = useSignedOut();
  // As it was at the start: joining signs in, and the form stays until the workspace is there.
  const [isNobody] = useState(signedOut);
  const token = useLocation({ select: (location) => location.hash });
  if (token === "") {
    return (
      <AuthFrame
        title="This link is not complete"
        lead="Copy all of it from the mail, or from who invited you."
        foot={<ToSignIn />}
      />
    );
  }
  return isNobody ? <Join token={token} /> : <Accept token={token} />;
}

/** Makes the account of somebody who has none. */
function Join({ token }: { token: string }) {
  const router = useRouter();
  const { errors, pending, onSubmit } = useSubmit(["first_name", "last_name", "password"], async (values) => {
    const { first_name = "", last_name = "", password = "" } = values;
    const display_name = `${first_name} ${last_name}`.trim();
    await joinByInvitation({ token, first_name, last_name, display_name, password });
    const [workspace] = await loadWorkspaces();
    if (workspace) await router.navigate({ to: "/$ws", params: { ws: workspace.slug }, replace: true });
    else await router.navigate({ to: "/", replace: true });
  });
  return (
    <AuthFrame
      title="Join with this invitation"
      lead="This makes your account, with the email address that was invited."
      foot={
        <Link to="/login" search={{ next: "/invite" }} hash={token} className="text-accent-text hover:underline">
          I have an account: sign in
        </Link>
      }
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <div className="grid grid-cols-2 gap-3">
          <Field label="First name" error={errors.first_name}>
            <Input name="first_name" autoComplete="given-name" autoFocus />
          </Field>
          <Field label="Last name" error={errors.last_name}>
            <Input name="last_name" autoComplete="family-name" />
          </Field>
        </div>
        <Field label="Password" help="Several words that do not belong together." error={errors.password}>
          <PasswordInput name="password" autoComplete="new-password" />
        </Field>
        <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
          Join
        </Button>
      </form>
    </AuthFrame>
  );
}

/** Accepts an invitation as the one who is signed in. */
function Accept({ token }: { token: string }) {
  const account = useAccount();
  const router = useRouter();
  const [error, setError] = useState<{ message: string; isFinal: boolean }>();
  const [pending, setPending] = useState(false);
  const join = async () => {
    setPending(true);
    try {
      const workspace = await answer(api.POST("/api/v1/invitations/accept/", { body: { token } }));
      await loadWorkspaces();
      await router.navigate({ to: "/$ws", params: { ws: workspace.slug }, replace: true });
    } catch (refused) {
      setError({
        message: inWords(refused).message,
        isFinal: refused instanceof ApiError && refused.status === 404,
      });
      setPending(false);
    }
  };
  const another = () => leave(`/invite#${token}`);
  return (
    <AuthFrame
      title="Join the workspace"
      lead={`You are signed in as ${account?.email ?? account?.display_name ?? "somebody"}. The invitation has to be for this address.`}
      foot={
        <button type="button" className="text-accent-text hover:underline" onClick={() => void another()}>
          Sign in as somebody else
        </button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormError>{error?.message}</FormError>
        {error?.isFinal ? (
          <>
            <p className="text-13 text-muted">
              It is for one address, which has to be yours and confirmed: you confirm it in your profile. It may also
              have been used or taken back.
            </p>
            <Button size="lg" onClick={() => void router.navigate({ to: "/" })}>
              Go to your workspaces
            </Button>
          </>
        ) : (
          <Button variant="primary" size="lg" disabled={pending} onClick={() => void join()}>
            Accept invitation
          </Button>
        )}
      </div>
    </AuthFrame>
  );
}
