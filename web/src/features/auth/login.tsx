import { Link, useLocation, useRouter, useSearch } from "@tanstack/react-router";
import { signIn } from "../../api/client.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { AuthFrame, FormError } from "./frame.tsx";
import { localPath } from "./next.ts";
import { PasswordInput } from "./password.tsx";

export function LoginScreen() {
  const { next } = useSearch({ from: "/login" });
  // A secret of the address that one comes from, which stays behind the `#`.
  const hash = useLocation({ select: (location) => location.hash });
  const router = useRouter();
  const invited = next === "/invite";
  return (
    <AuthFrame
      title="Sign in"
      lead={invited ? "Sign in to join the workspace." : undefined}
      foot={
        invited ? (
          <Link to="/invite" hash={hash} className="text-accent-text hover:underline">
            I have no account yet: join with the invitation
          </Link>
        ) : (
          <Link to="/forgot" className="text-accent-text hover:underline">
            Forgot your password?
          </Link>
        )
      }
    >
      <SignInForm onDone={() => router.navigate({ href: localPath(next, hash), replace: true })} />
    </AuthFrame>
  );
}

export interface SignInFormProps {
  /** Whose session ended: only the password is asked for. */
  email?: string | undefined;
  onDone: (userId: string) => unknown;
}

export function SignInForm({ email, onDone }: SignInFormProps) {
  const { errors, pending, onSubmit } = useSubmit(["email", "password"], async (values) => {
    const session = await signIn(values.email ?? "", values.password ?? "");
    await onDone(session.user.id);
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <FormError>{errors[""]}</FormError>
      <Field label="Email" error={errors.email}>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={email}
          readOnly={email !== undefined}
          autoFocus={email === undefined}
        />
      </Field>
      <Field label="Password" error={errors.password}>
        <PasswordInput name="password" autoComplete="current-password" autoFocus={email !== undefined} />
      </Field>
      <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
        Sign in
      </Button>
    </form>
  );
}
