import { useState } from "react";
import { Field, Input } from "../../ui/field.tsx";
import { slugOf } from "./slug.ts";

export interface WorkspaceFieldsProps {
  nameError?: string | undefined;
  slugError?: string | undefined;
  names: { name: string; slug: string };
  autoFocus?: boolean;
}

/** Name and address of a new workspace; the address follows the name until somebody changes it. */
export function WorkspaceFields({ nameError, slugError, names, autoFocus }: WorkspaceFieldsProps) {
  const [slug, setSlug] = useState("");
  const [own, setOwn] = useState(false);
  return (
    <>
      <Field label="Workspace name" error={nameError}>
        <Input
          name={names.name}
          maxLength={80}
          placeholder="Your team or company"
          autoFocus={autoFocus}
          onChange={(event) => !own && setSlug(slugOf(event.currentTarget.value))}
        />
      </Field>
      <Field label="Address" help="It stands in every link and stays as it is." error={slugError}>
        <div className="flex items-center">
          <span className="tabular flex h-8 max-w-1/2 shrink-0 items-center rounded-l-control border border-r-0 border-line-strong bg-sunken px-2.5 text-muted pointer-coarse:h-11">
            {location.host}/
          </span>
          <Input
            name={names.slug}
            value={slug}
            maxLength={48}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => {
              setSlug(event.currentTarget.value);
              setOwn(event.currentTarget.value !== "");
            }}
            className="rounded-l-none"
          />
        </div>
      </Field>
    </>
  );
}
