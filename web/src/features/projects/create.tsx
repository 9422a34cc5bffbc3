import { useNavigate, useParams } from "@tanstack/react-router";
import { useId, useState } from "react";
import { answer, api, type Schemas } from "../../api/client.ts";
import { closeLayer } from "../../app/shell-state.ts";
import { useSubmit } from "../../app/submit.ts";
import type { Engine } from "../../sync/contract.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Input, Select, Textarea } from "../../ui/field.tsx";
import { FormError } from "../auth/frame.tsx";
import { identifierOf } from "../workspaces/slug.ts";

const FIELDS = ["name", "identifier", "description", "visibility"] as const;

/** A new project; it opens when it is there. */
export default function CreateProject() {
  const { ws } = useParams({ from: "/$ws" });
  const engine = useEngine();
  const navigate = useNavigate();
  const form = useId();
  const [identifier, setIdentifier] = useState("");
  const [own, setOwn] = useState(false);
  const close = () => closeLayer("create-project");
  const { errors, pending, onSubmit } = useSubmit(FIELDS, async (values) => {
    const body: Schemas["ProjectBody"] = {
      name: values.name ?? "",
      identifier: values.identifier ?? "",
      description: values.description ?? "",
      visibility: values.visibility ?? "public",
    };
    const params = { path: { slug: ws } };
    const project = await answer(api.POST("/api/v1/workspaces/{slug}/projects/", { params, body }));
    await arrival(engine, project.id);
    close();
    await navigate({ to: "/$ws/p/$project/items", params: { ws, project: project.identifier }, search: {} });
  });
  return (
    <Dialog
      open
      onOpenChange={close}
      title="Create project"
      footer={
        <Button type="submit" form={form} variant="primary" size="lg" disabled={pending}>
          Create project
        </Button>
      }
    >
      <form id={form} onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <div className="grid grid-cols-[1fr_7rem] gap-3">
          <Field label="Name" error={errors.name}>
            <Input
              name="name"
              autoFocus
              maxLength={255}
              onChange={(event) => !own && setIdentifier(identifierOf(event.currentTarget.value))}
            />
          </Field>
          <Field label="Key" error={errors.identifier}>
            <Input
              name="identifier"
              value={identifier}
              maxLength={12}
              spellCheck={false}
              onChange={(event) => {
                setIdentifier(event.currentTarget.value.toUpperCase());
                setOwn(event.currentTarget.value !== "");
              }}
            />
          </Field>
        </div>
        <p className="-mt-2 text-12 text-muted">
          Items are called <span className="tabular">{identifier || "KEY"}-1</span>,{" "}
          <span className="tabular">{identifier || "KEY"}-2</span> and so on.
        </p>
        <Field label="Description" aside="optional" error={errors.description}>
          <Textarea name="description" rows={2} />
        </Field>
        <Field label="Who finds it" error={errors.visibility}>
          <Select name="visibility" defaultValue="public" className="w-full">
            <option value="public">Everybody in the workspace</option>
            <option value="secret">Only its members</option>
          </Select>
        </Field>
      </form>
    </Dialog>
  );
}

/** Resolves when the project has come by sync; after a few seconds in any case, as the screen says what is missing. */
function arrival(engine: Engine, id: string): Promise<void> {
  const projects = engine.table("project");
  if (projects.get(id)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = projects.subscribe(() => projects.get(id) && done());
    const timer = setTimeout(done, 4000);
  });
}
