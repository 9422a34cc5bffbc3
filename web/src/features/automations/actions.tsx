import { ArrowDown, ArrowUp, Ellipsis, Plus, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { Project } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { useResource } from "../detail/resource.ts";
import { scaleOf } from "../properties/scales.ts";
import { ActionFields } from "./action-fields.tsx";
import { BARE } from "./choose.tsx";
import { blankAction, type Draft, type DraftAction, MOST_ACTIONS, movedAction, withAction } from "./draft.ts";
import type { ActionKind } from "./rule.ts";

const KINDS: readonly (readonly [ActionKind, string])[] = [
  ["set_state", "Set state"],
  ["close", "Close it"],
  ["set_priority", "Set priority"],
  ["assign", "Assign one person"],
  ["add_assignees", "Add assignees"],
  ["remove_assignees", "Remove assignees"],
  ["add_labels", "Add labels"],
  ["remove_labels", "Remove labels"],
  ["set_start_date", "Set start date"],
  ["set_target_date", "Set due date"],
  ["set_estimate", "Set estimate"],
  ["add_to_cycle", "Put into a cycle"],
  ["add_to_module", "Put into a module"],
  ["add_comment", "Write a comment"],
  ["notify", "Tell people"],
  ["archive", "Archive it"],
];

export interface ActionsProps {
  project: Project;
  draft: Draft;
  /** What the server refused, by path such as `actions.0.members`. */
  error: (path: string) => string | undefined;
  onChange: (draft: Draft) => void;
}

/** What is done, in its order. */
export function Actions({ project, draft, error, onChange }: ActionsProps) {
  const kinds = useKinds(project);
  const { actions } = draft;
  const add = (kind: ActionKind) => onChange({ ...draft, actions: [...actions, blankAction(kind)] });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset lays out badly, and the group has its name
    <div role="group" aria-labelledby="automation-then" className="flex flex-col gap-1.5">
      <p id="automation-then" className="text-13 font-medium">
        Then
      </p>
      {actions.length > 0 && (
        <ol aria-label="Actions" className="divide-y divide-line rounded-panel border border-line">
          {actions.map((action, at) => (
            <Line
              key={action.key}
              project={project}
              action={action}
              place={at + 1}
              count={actions.length}
              kinds={kinds}
              error={(field) => error(field === "" ? `actions.${at}` : `actions.${at}.${field}`)}
              onChange={(change) => onChange(withAction(draft, action.key, change))}
              onMove={(by) => onChange(movedAction(draft, action.key, by))}
              onRemove={() => onChange({ ...draft, actions: actions.filter(({ key }) => key !== action.key) })}
            />
          ))}
        </ol>
      )}
      {error("actions") && (
        <p role="alert" className="text-12 text-danger">
          {actions.length === 0 ? "Add at least one action." : error("actions")}
        </p>
      )}
      <div>
        {actions.length < MOST_ACTIONS ? (
          <Menu
            trigger={
              <Button
                variant="ghost"
                className="-ml-2.5"
                icon={<Plus aria-hidden="true" />}
                data-invalid={error("actions") && actions.length === 0 ? "" : undefined}
              >
                Add action
              </Button>
            }
          >
            {kinds.map(([kind, name]) => (
              <MenuItem key={kind} onSelect={() => add(kind)}>
                {name}
              </MenuItem>
            ))}
          </Menu>
        ) : (
          <p className="py-1 text-12 text-muted">An automation has at most {MOST_ACTIONS} actions.</p>
        )}
      </div>
    </div>
  );
}

type Kinds = typeof KINDS;

/** What there is nothing of in the project is not offered. */
function useKinds(project: Project): Kinds {
  const { value: scale } = useResource(scaleOf(useEngine(), project.id));
  const lacks: Partial<Record<ActionKind, boolean>> = {
    set_estimate: !scale?.points.length,
    add_to_cycle: !project.cycle_view,
    add_to_module: !project.module_view,
  };
  return KINDS.filter(([kind]) => !lacks[kind]);
}

interface LineProps {
  project: Project;
  action: DraftAction;
  place: number;
  count: number;
  kinds: Kinds;
  error: (field: string) => string | undefined;
  onChange: (change: Partial<DraftAction>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

function Line({ project, action, place, count, kinds, error, onChange, onMove, onRemove }: LineProps) {
  const offered = kinds.some(([kind]) => kind === action.kind)
    ? kinds
    : [...kinds, KINDS.find(([kind]) => kind === action.kind) ?? ([action.kind, action.kind] as const)];
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined;
    if (!by || !event.altKey || !event.shiftKey) return;
    event.preventDefault();
    onMove(by);
  };
  return (
    <li
      onKeyDown={onKeyDown}
      className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-start gap-2 py-3 pr-2 pl-3 sm:grid-cols-[1rem_11.5rem_minmax(0,1fr)_auto]"
    >
      <span aria-hidden="true" className="tabular pt-1.5 text-12 text-muted pointer-coarse:pt-3">
        {place}
      </span>
      <Field label={`Action ${place}`} error={error("kind") ?? error("")} className={BARE}>
        <Select
          value={action.kind}
          onChange={(event) => onChange({ kind: event.currentTarget.value as ActionKind, unknown: null })}
          className="w-full"
        >
          {offered.map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <div className="min-w-0 max-sm:order-last max-sm:col-span-3">
        <ActionFields project={project} action={action} error={error} onChange={onChange} />
      </div>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More about action ${place}`}>
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem
          icon={<ArrowUp aria-hidden="true" />}
          keys="Alt+Shift+ArrowUp"
          disabled={place === 1}
          onSelect={() => onMove(-1)}
        >
          Move up
        </MenuItem>
        <MenuItem
          icon={<ArrowDown aria-hidden="true" />}
          keys="Alt+Shift+ArrowDown"
          disabled={place === count}
          onSelect={() => onMove(1)}
        >
          Move down
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden="true" />} danger onSelect={onRemove}>
          Remove
        </MenuItem>
      </Menu>
    </li>
  );
}
