import { Plus } from "lucide-react";
import { useState } from "react";
import { newId } from "../../../lib/ids.ts";
import type { Project, State, StateGroup } from "../../../sync/rows.ts";
import { useEngine, useTable } from "../../../sync-react/index.tsx";
import { IconButton } from "../../../ui/button.tsx";
import { groupName, StateIcon } from "../../../ui/state-icon.tsx";
import { useCurrentProject } from "../../projects/list.ts";
import { mayWrite } from "../../projects/rights.ts";
import { COLORS } from "../colors.ts";
import { ReadOnly } from "../parts.tsx";
import { NewName } from "./new-name.tsx";
import { orderAt } from "./order.ts";
import { StateLine } from "./state-line.tsx";

const GROUPS: readonly StateGroup[] = ["backlog", "unstarted", "started", "completed", "cancelled"];
const GROUP_COLORS: Partial<Record<StateGroup, string>> = { started: "#d9a514", completed: "#2e9e5b" };

export default function States() {
  const project = useCurrentProject();
  const states = useTable("state");
  if (!project) return null;
  const own = states.filter((state) => state.project === project.id).sort((a, b) => a.sequence - b.sequence);
  return (
    <div className="flex flex-col gap-6">
      <p className="text-13 text-muted">
        Items walk through these. The group says what a state means for progress; its place in the group is its order.
      </p>
      {!mayWrite(project) && <ReadOnly>Members of the project change these.</ReadOnly>}
      {GROUPS.map((group) => (
        <Group key={group} group={group} project={project} states={own} />
      ))}
    </div>
  );
}

interface GroupProps {
  group: StateGroup;
  project: Project;
  /** All states of the project in order: what is dragged may come from another group. */
  states: readonly State[];
}

function Group({ group, project, states }: GroupProps) {
  const engine = useEngine();
  const [adding, setAdding] = useState(false);
  const own = states.filter((state) => state.group === group);
  const writes = mayWrite(project);
  const quiet = { sent: (done: Promise<void>) => void done.catch(() => undefined) };

  const move = (id: string, index: number) => {
    const state = states.find((other) => other.id === id);
    if (!state) return;
    const others = own.filter((other) => other.id !== id).map((other) => ({ id: other.id, order: other.sequence }));
    const sequence = orderAt(others, index);
    const patch = state.group === group ? { sequence } : { sequence, group };
    quiet.sent(engine.mutate({ kind: "update", entity: "state", id, patch }, { label: `Moved ${state.name}` }).sent);
  };
  const add = (name: string) => {
    const sequence = orderAt(
      own.map((state) => ({ id: state.id, order: state.sequence })),
      own.length,
    );
    const color = GROUP_COLORS[group] ?? COLORS[0]?.[0] ?? "";
    const row = { project: project.id, name, color, group, sequence, default: false, description: "" };
    quiet.sent(engine.mutate({ kind: "create", entity: "state", id: newId(), row }, { label: `Created ${name}` }).sent);
  };

  return (
    <section aria-label={groupName(group)}>
      <div className="mb-1.5 flex h-7 items-center gap-2">
        <StateIcon group={group} />
        <h2 className="text-13 font-semibold">{groupName(group)}</h2>
        <span className="flex-1" />
        {writes && (
          <IconButton label={`Add a state to ${groupName(group)}`} onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <ul className="divide-y divide-line rounded-panel border border-line">
        {own.map((state, index) => (
          <StateLine
            key={state.id}
            state={state}
            progress={(index + 1) / (own.length + 1)}
            names={states.filter((other) => other.id !== state.id).map((other) => other.name)}
            writes={writes}
            first={index === 0}
            last={index === own.length - 1}
            onMove={(by) => move(state.id, index + by)}
            onDropped={(id, place) => move(id, placeOf(own, id, index, place))}
          />
        ))}
        {adding && (
          <NewName
            label={`Name of the new state in ${groupName(group)}`}
            taken={states.map((state) => state.name)}
            onCreate={add}
            onClose={() => setAdding(false)}
          />
        )}
        {own.length === 0 && !adding && <li className="px-3 py-2 text-13 text-muted">No state</li>}
      </ul>
    </section>
  );
}

/** The index among the others, without what is moved. */
function placeOf(own: readonly State[], moved: string, target: number, place: "before" | "after"): number {
  const from = own.findIndex((state) => state.id === moved);
  const at = target + (place === "after" ? 1 : 0);
  return from >= 0 && from < at ? at - 1 : at;
}
