import { Plus, X } from "lucide-react";
import { useId, useRef, useState } from "react";
import type { Project } from "../../sync/rows.ts";
import type { Condition, FilterKey } from "../../sync/view-spec.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { AddFilter } from "../filters/add.tsx";
import { FilterChip } from "../filters/chip.tsx";
import { isComplete, operatorsOf } from "../filters/parts.ts";
import { useCatalog } from "../properties/catalog.ts";
import { propertyOfFilter } from "../properties/definitions.ts";
import { isWhole, type Part, treeOf } from "./tree.ts";
import { type Names, whereWords } from "./words.ts";

export interface ConditionsProps {
  project: Project;
  names: Names;
  parts: readonly Part[];
  error: string | undefined;
  onChange: (parts: readonly Part[]) => void;
}

/** On which items: the chips of the filter bar, all of which must hold. */
export function Conditions({ project, names, parts, error, onChange }: ConditionsProps) {
  const catalog = useCatalog();
  const [adding, setAdding] = useState(false);
  const [fresh, setFresh] = useState<Condition | null>(null);
  /** The same at once: a day is chosen and the list closed in one go. */
  const latest = useRef<Condition | null>(null);
  const begin = (condition: Condition | null) => {
    latest.current = condition;
    setFresh(condition);
  };
  const add = (condition: Condition) => {
    const same = parts.findIndex((part) => "condition" in part && isAlike(part.condition, condition));
    const held = parts[same];
    if (!held || !("condition" in held)) return onChange([...parts, { condition }]);
    const values = [...new Set([...held.condition.values, ...condition.values])];
    onChange(parts.with(same, { condition: { ...held.condition, values } }));
  };
  const settle = () => {
    if (latest.current && isComplete(latest.current)) add(latest.current);
    begin(null);
  };
  const errorId = useId();
  const remove = (at: number) => onChange(parts.toSpliced(at, 1));
  const chip = { catalog, project: project.id, fixed: true, onEditText: () => undefined };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset lays out badly, and the group has its name
    <div role="group" aria-labelledby="automation-if" className="flex flex-col gap-1.5">
      <p id="automation-if" className="text-13 font-medium">
        If
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        {parts.length === 0 && !fresh && <p className="mr-1 text-13 text-muted">Every item</p>}
        {parts.map((part, at) =>
          "condition" in part ? (
            <FilterChip
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place
              key={at}
              {...chip}
              part={part.condition}
              text={whereWords(treeOf([part]), names)}
              fresh={false}
              missing={error && !isWhole(part) ? errorId : undefined}
              // One without values stays: without it, the rule would be one for every item.
              onChange={(next) => "op" in next && onChange(parts.with(at, { condition: next }))}
              onRemove={() => remove(at)}
              onSettled={() => undefined}
            />
          ) : (
            <Kept
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place
              key={at}
              text={whereWords(part.tree, names)}
              onRemove={() => remove(at)}
            />
          ),
        )}
        {fresh && (
          <FilterChip
            key={`fresh ${fresh.key}`}
            {...chip}
            part={fresh}
            text={propertyOfFilter(fresh.key).title}
            fresh
            onChange={(next) => "op" in next && begin(next)}
            onRemove={() => begin(null)}
            onSettled={settle}
          />
        )}
        <AddFilter
          catalog={catalog}
          project={project.id}
          fixed
          open={adding}
          onOpenChange={setAdding}
          onAdd={add}
          onBegin={(key) => begin({ key, op: firstOperator(key), values: [] })}
          trigger={
            <Button variant="ghost" icon={<Plus aria-hidden="true" />}>
              Add condition
            </Button>
          }
        />
      </div>
      {error && (
        <p id={errorId} role="alert" className="text-12 text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

/** "Is Bug" and "is Chore" are one condition. */
function isAlike(a: Condition, b: Condition): boolean {
  return a.key === b.key && a.op === "in" && b.op === "in";
}

function firstOperator(key: FilterKey): Condition["op"] {
  return operatorsOf(key, false)[0]?.op ?? "in";
}

/** A condition that was written elsewhere and has no chip of its own: it holds, or is taken away. */
function Kept({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <span className="flex min-h-7 max-w-full items-center rounded-control border border-line bg-raised text-12 pointer-coarse:min-h-11">
      <span className="min-w-0 px-2 py-1">{text}</span>
      <IconButton size="sm" label={`Remove the condition: ${text}`} onClick={onRemove}>
        <X aria-hidden="true" className="size-3.5!" />
      </IconButton>
    </span>
  );
}
