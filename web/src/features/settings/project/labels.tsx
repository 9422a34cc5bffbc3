import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { newId } from "../../../lib/ids.ts";
import { fold } from "../../../lib/match.ts";
import type { Label } from "../../../sync/rows.ts";
import { useEngine, useTable } from "../../../sync-react/index.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { LabelDot } from "../../../ui/chip.tsx";
import { Input } from "../../../ui/field.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { useCurrentProject } from "../../projects/list.ts";
import { mayWrite } from "../../projects/rights.ts";
import { ColorButton } from "../color-button.tsx";
import { freshColor } from "../colors.ts";
import { ReadOnly } from "../parts.tsx";
import { InlineName } from "./inline-name.tsx";
import { NewName } from "./new-name.tsx";

export default function Labels() {
  const project = useCurrentProject();
  const engine = useEngine();
  const all = useTable("label");
  const [adding, setAdding] = useState(false);
  const [query, setQuery] = useState("");
  const labels = useMemo(
    () => all.filter((label) => label.project === project?.id).sort((a, b) => a.name.localeCompare(b.name)),
    [all, project],
  );
  if (!project) return null;
  const writes = mayWrite(project);
  const shown = labels.filter((label) => fold(label.name).includes(fold(query.trim())));
  const create = (name: string) => {
    const color = freshColor(labels.map((label) => label.color));
    const row = { project: project.id, name, color, parent: null, sort_order: (labels.length + 1) * 10_000 };
    const label = `Created ${name}`;
    engine.mutate({ kind: "create", entity: "label", id: newId(), row }, { label }).sent.catch(() => undefined);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-13 text-muted">Words that items are marked with, such as what they are about.</p>
      {!writes && <ReadOnly>Members of the project change these.</ReadOnly>}
      <div className="flex items-center gap-2">
        {labels.length > 8 && (
          <Input
            aria-label="Find a label"
            placeholder="Find"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            className="max-w-56"
          />
        )}
        <span className="flex-1" />
        {writes && (
          <Button variant="primary" size="lg" onClick={() => setAdding(true)}>
            Create label
          </Button>
        )}
      </div>
      {labels.length === 0 && !adding ? (
        <EmptyState sentence="There are no labels yet." />
      ) : (
        <ul aria-label="Labels" className="divide-y divide-line rounded-panel border border-line">
          {adding && (
            <NewName
              label="Name of the new label"
              taken={labels.map((label) => label.name)}
              onCreate={create}
              onClose={() => setAdding(false)}
            />
          )}
          {shown.map((label) => (
            <Line key={label.id} label={label} labels={labels} writes={writes} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Line({ label, labels, writes }: { label: Label; labels: readonly Label[]; writes: boolean }) {
  const engine = useEngine();
  const change = (patch: Partial<Label>, said: string) => {
    engine
      .mutate({ kind: "update", entity: "label", id: label.id, patch }, { label: said })
      .sent.catch(() => undefined);
  };
  const remove = () => {
    const said = `Deleted ${label.name}`;
    engine.mutate({ kind: "delete", entity: "label", id: label.id }, { label: said }).sent.catch(() => undefined);
  };
  return (
    <li className="flex min-h-10 items-center gap-1 px-1.5 py-1">
      <ColorButton
        label={`Colour of ${label.name}`}
        value={label.color}
        onChange={(color) => change({ color }, `Changed the colour of ${label.name}`)}
        trigger={
          <IconButton size="sm" label={`Colour of ${label.name}`} disabled={!writes} className="disabled:opacity-100">
            <LabelDot color={label.color} />
          </IconButton>
        }
      />
      <InlineName
        label="Name of the label"
        value={label.name}
        taken={labels.filter((other) => other.id !== label.id).map((other) => other.name)}
        disabled={!writes}
        onRename={(name) => change({ name }, `Renamed ${label.name} to ${name}`)}
      />
      {writes && (
        <IconButton size="sm" label={`Delete ${label.name}`} onClick={remove}>
          <X aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}
