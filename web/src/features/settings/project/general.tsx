import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import type { Project } from "../../../sync/rows.ts";
import { useEngine, useTable } from "../../../sync-react/index.tsx";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { Switch } from "../../../ui/toggle.tsx";
import { useCurrentProject } from "../../projects/list.ts";
import { useProjectAdmin } from "../../projects/rights.ts";
import { ReadOnly, Row, Section } from "../parts.tsx";
import { SavedText } from "../saved.tsx";
import { MemberSelect } from "./member-select.tsx";

/** What a project may have besides items, and what each is. */
const FEATURES = [
  ["cycle_view", "Cycles", "Work in rounds of some weeks, with what is left carried over."],
  ["module_view", "Modules", "Items of one purpose, across cycles."],
  ["issue_views_view", "Views", "Saved filters for everybody."],
  ["page_view", "Docs", "Texts beside the items."],
  ["intake_view", "Triage", "What others send is looked at before it becomes work."],
  ["guest_view_all_features", "Guests see everything", "Otherwise guests see what they made themselves."],
] as const;

export default function General() {
  const project = useCurrentProject();
  if (!project) return <Waiting />;
  return <Form project={project} />;
}

function Form({ project }: { project: Project }) {
  const { ws } = useParams({ from: "/$ws" });
  const engine = useEngine();
  const navigate = useNavigate();
  const states = useTable("state").filter((state) => state.project === project.id && state.group !== "triage");
  const mayChange = useProjectAdmin(project);
  const params = { path: { slug: ws, project_id: project.id } };
  const send = (body: Schemas["ProjectBody"]) =>
    answer(api.PATCH("/api/v1/workspaces/{slug}/projects/{project_id}/", { params, body }));
  const change = (patch: Partial<Project>, label: string) => {
    // A refusal is said by the toast of refused changes.
    engine.mutate({ kind: "update", entity: "project", id: project.id, patch }, { label }).sent.catch(() => undefined);
  };
  const rename = async (identifier: string) => {
    await send({ identifier });
    await navigate({
      to: "/$ws/p/$project/settings/$page",
      params: { ws, project: identifier, page: "general" },
      replace: true,
    });
  };
  return (
    <>
      <Section>
        {!mayChange && <ReadOnly>Admins of the project change these.</ReadOnly>}
        <div className="grid grid-cols-[1fr_8rem] gap-3">
          <SavedText
            label="Name"
            field="name"
            value={project.name}
            maxLength={255}
            disabled={!mayChange}
            check={(value) => (value === "" ? "Enter a name." : undefined)}
            save={(name) => send({ name })}
          />
          <SavedText
            label="Key"
            field="identifier"
            value={project.identifier}
            maxLength={12}
            disabled={!mayChange}
            check={(value) => (value === "" ? "Enter a key." : undefined)}
            save={(value) => rename(value.toUpperCase())}
          />
        </div>
        <SavedText
          label="Description"
          field="description"
          value={project.description}
          multiline
          disabled={!mayChange}
          save={(description) => send({ description })}
        />
        <Field label="Who finds it">
          <Select
            value={project.network}
            disabled={!mayChange}
            onChange={(event) =>
              change({ network: event.currentTarget.value === "2" ? 2 : 0 }, `Changed who finds ${project.name}`)
            }
            className="w-full"
          >
            <option value={2}>Everybody in the workspace</option>
            <option value={0}>Only its members</option>
          </Select>
        </Field>
      </Section>
      <Section title="Defaults">
        <MemberSelect
          label="Lead"
          project={project.id}
          value={project.project_lead}
          disabled={!mayChange}
          onChange={(project_lead) => change({ project_lead }, `Changed the lead of ${project.name}`)}
        />
        <MemberSelect
          label="New items are assigned to"
          help="Who gets an item that is assigned to nobody."
          project={project.id}
          value={project.default_assignee}
          disabled={!mayChange}
          onChange={(default_assignee) =>
            change({ default_assignee }, `Changed the default assignee of ${project.name}`)
          }
        />
        <Field label="New items begin in">
          <Select
            value={project.default_state ?? states.find((state) => state.default)?.id ?? ""}
            disabled={!mayChange}
            onChange={(event) =>
              change({ default_state: event.currentTarget.value }, `Changed the default state of ${project.name}`)
            }
            className="w-full"
          >
            {states.map((state) => (
              <option key={state.id} value={state.id}>
                {state.name}
              </option>
            ))}
          </Select>
        </Field>
      </Section>
      <Section title="Features">
        {FEATURES.map(([key, name, help]) => (
          <Row key={key} label={name} help={help}>
            <Switch
              label={name}
              checked={project[key]}
              disabled={!mayChange}
              onChange={(on) => change({ [key]: on }, `Switched ${name.toLowerCase()} ${on ? "on" : "off"}`)}
            />
          </Row>
        ))}
      </Section>
      {mayChange && <Ending project={project} onArchive={change} />}
    </>
  );
}

interface EndingProps {
  project: Project;
  onArchive: (patch: Partial<Project>, label: string) => void;
}

function Ending({ project, onArchive }: EndingProps) {
  const { ws } = useParams({ from: "/$ws" });
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const archived = project.archived_at !== null;
  const remove = async () => {
    const params = { path: { slug: ws, project_id: project.id } };
    try {
      await answer(api.DELETE("/api/v1/workspaces/{slug}/projects/{project_id}/", { params }));
      await navigate({ to: "/$ws/projects", params: { ws } });
      toast(`${project.name} was deleted`);
    } catch (failed) {
      toast(`${project.name} was not deleted`, { tone: "danger", detail: inWords(failed).message });
    }
  };
  const archive = () => {
    const now = new Date().toISOString();
    onArchive({ archived_at: archived ? null : now }, `${archived ? "Restored" : "Archived"} ${project.name}`);
  };
  return (
    <Section title="End">
      <Row
        label={archived ? "Restore" : "Archive"}
        help={archived ? "It can be worked in again." : "It can be read, and no longer changed."}
      >
        <Button onClick={archive}>{archived ? "Restore project" : "Archive project"}</Button>
      </Row>
      <Row label="Delete" help="With all its items, comments and files. This cannot be undone.">
        <Button variant="danger" onClick={() => setAsking(true)}>
          Delete project
        </Button>
      </Row>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${project.name}`}
        action="Delete project"
        ready={typed.trim().toUpperCase() === project.identifier.toUpperCase()}
        onConfirm={() => void remove()}
      >
        <p className="mb-3">All items, comments and files of it are deleted. This cannot be undone.</p>
        <Field label={`Type ${project.identifier} to delete it`}>
          <Input value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        </Field>
      </Confirm>
    </Section>
  );
}
