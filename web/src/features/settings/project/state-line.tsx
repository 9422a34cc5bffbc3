import { Ellipsis, GripVertical } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { State } from "../../../sync/rows.ts";
import { useEngine } from "../../../sync-react/index.tsx";
import { IconButton } from "../../../ui/button.tsx";
import { cx } from "../../../ui/classes.ts";
import { Menu, MenuItem, MenuSeparator } from "../../../ui/menu.tsx";
import { StateIcon } from "../../../ui/state-icon.tsx";
import { tip } from "../../../ui/tooltip.tsx";
import { ColorButton } from "../color-button.tsx";
import { useDrag } from "./drag.ts";
import { InlineName } from "./inline-name.tsx";

export interface StateLineProps {
  state: State;
  progress: number;
  /** Names of the other states. */
  names: readonly string[];
  writes: boolean;
  first: boolean;
  last: boolean;
  onMove: (by: -1 | 1) => void;
  onDropped: (id: string, place: "before" | "after") => void;
}

export function StateLine({ state, progress, names, writes, first, last, onMove, onDropped }: StateLineProps) {
  const engine = useEngine();
  const { row, handle, over, dragged } = useDrag({ list: `states ${state.project}`, id: state.id, onDrop: onDropped });
  const change = (patch: Partial<State>, label: string) => {
    engine.mutate({ kind: "update", entity: "state", id: state.id, patch }, { label }).sent.catch(() => undefined);
  };
  const remove = () => {
    const label = `Deleted ${state.name}`;
    engine.mutate({ kind: "delete", entity: "state", id: state.id }, { label }).sent.catch(() => undefined);
  };
  const onHandleKey = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as -1 | 1 | undefined;
    if (!by || !event.altKey || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (by === -1 ? !first : !last) onMove(by);
  };
  return (
    <li ref={row} className={cx("relative flex min-h-10 items-center gap-1 px-1.5 py-1", dragged && "opacity-40")}>
      {over && (
        <span className={cx("absolute inset-x-0 h-0.5 bg-accent", over === "before" ? "-top-px" : "-bottom-px")} />
      )}
      {writes && (
        <IconButton
          ref={handle}
          size="sm"
          label={`Move ${state.name}`}
          keys="Alt+Shift+ArrowUp"
          onKeyDown={onHandleKey}
          className="cursor-grab text-faint"
        >
          <GripVertical aria-hidden="true" />
        </IconButton>
      )}
      <ColorButton
        label={`Colour of ${state.name}`}
        value={state.color}
        onChange={(color) => change({ color }, `Changed the colour of ${state.name}`)}
        trigger={
          <IconButton size="sm" label={`Colour of ${state.name}`} disabled={!writes} className="disabled:opacity-100">
            <StateIcon group={state.group} color={state.color} progress={progress} />
          </IconButton>
        }
      />
      <InlineName
        label="Name of the state"
        value={state.name}
        taken={names}
        disabled={!writes}
        onRename={(name) => change({ name }, `Renamed ${state.name} to ${name}`)}
      />
      {state.default && (
        <span {...tip("New items begin here")} className="px-2 text-12 text-muted">
          Default
        </span>
      )}
      {writes && (
        <Menu
          align="end"
          trigger={
            <IconButton size="sm" label={`More about ${state.name}`}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem disabled={first} keys="Alt+Shift+ArrowUp" onSelect={() => onMove(-1)}>
            Move up
          </MenuItem>
          <MenuItem disabled={last} keys="Alt+Shift+ArrowDown" onSelect={() => onMove(1)}>
            Move down
          </MenuItem>
          <MenuItem
            disabled={state.default}
            onSelect={() => change({ default: true }, `Made ${state.name} the default state`)}
          >
            Make it the default
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger disabled={state.default} onSelect={remove}>
            Delete state
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}
