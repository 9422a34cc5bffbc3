import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { setUp } from "../../api/client.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { Checkbox } from "../../ui/toggle.tsx";
import { WorkspaceFields } from "../workspaces/fields.tsx";
import { AuthFrame, FormError } from "./frame.tsx";
import { PasswordInput } from "./password.tsx";

const FIELDS = ["code", "first_name", "last_name", "email", "password", "workspace_name", "workspace_slug"] as const;

/** The first start: whoever can read the console becomes the admin. */
export function SetupScreen() {
  const router = useRouter();
  const [demo, setDemo] = useState(false);
  const { errors, pending, onSubmit } = useSubmit(FIELDS, async (values) => {
    await setUp({
      code: (values.code ?? "").trim(),
      email: values.email ?? "",
      password: values.password ?? "",
      first_name: values.first_name ?? "",
      last_name: values.last_name ?? "",
      display_name: `${values.first_name ?? ""} ${values.last_name ?? ""}`.trim(),
      workspace_name: values.workspace_name ?? "",
      workspace_slug: values.workspace_slug ?? "",
      demo,
    });
    await router.navigate({ to: "/$ws", params: { ws: demo ? "demo" : (values.workspace_slug ?? "") }, replace: true });
  });
  return (
    <AuthFrame title="Set up Aileron" lead="The server printed a code on its console when it started.">
      <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <Field label="Code" error={errors.code}>
          <Input
            name="code"
            autoFocus
            spellCheck={false}
            autoCapitalize="characters"
            placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
            className="tabular tracking-wide uppercase placeholder:tracking-wide"
          />
        </Field>
        <Group title="You" />
        <div className="grid grid-cols-2 gap-3">
          <Field label="First name" error={errors.first_name}>
            <Input name="first_name" autoComplete="given-name" />
          </Field>
          <Field label="Last name" error={errors.last_name}>
            <Input name="last_name" autoComplete="family-name" />
          </Field>
        </div>
        <Field label="Email" error={errors.email}>
          <Input name="email" type="email" autoComplete="username" />
        </Field>
        <Field label="Password" help="Several words that do not belong together." error={errors.password}>
          <PasswordInput name="password" autoComplete="new-password" />
        </Field>
        <Group title="Your first workspace" />
        <WorkspaceFields
          names={{ name: "workspace_name", slug: "workspace_slug" }}
          nameError={errors.workspace_name}
          slugError={errors.workspace_slug}
        />
        <label htmlFor="demo" className="flex items-start gap-2">
          <Checkbox id="demo" label="Add example data" checked={demo} onChange={setDemo} className="mt-0.5" />
          <span>
            Add example data
            <span className="block text-12 text-muted">
              A second workspace with 600 items and their history, to look around in.
            </span>
          </span>
        </label>
        <Button type="submit" variant="primary" size="lg" disabled={pending} className="mt-1">
          Set up
        </Button>
      </form>
    </AuthFrame>
  );
}

function Group({ title }: { title: string }) {
  return <h2 className="mt-2 border-t border-line pt-4 text-13 font-semibold">{title}</h2>;
}
