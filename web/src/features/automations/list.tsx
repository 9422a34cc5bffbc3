import { Copy, Ellipsis, History as HistoryIcon, Pause, Pencil, Trash2 } from "lucide-react";
import { exactTime, momentWords } from "../../lib/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Desk } from "./commands.ts";
import type { Rule } from "./rule.ts";
import { type Names, sentence } from "./words.ts";

export interface ListProps {
  rules: readonly Rule[];
  names: Names;
  desk: Desk;
  onFocus: (rule: Rule) => void;
}

/** The rules in the order in which they act. */
export function RuleList({ rules, names, desk, onFocus }: ListProps) {
  return (
    <ol aria-label="Automations" className="divide-y divide-line rounded-panel border border-line">
      {rules.map((rule) => (
        <Line key={rule.id} rule={rule} names={names} desk={desk} onFocus={() => onFocus(rule)} />
      ))}
    </ol>
  );
}

interface LineProps {
  rule: Rule;
  names: Names;
  desk: Desk;
  onFocus: () => void;
}

function Line({ rule, names, desk, onFocus }: LineProps) {
  const { mayChange } = desk;
  const open = () => (mayChange ? desk.edit(rule) : desk.history(rule));
  return (
    <li onFocus={onFocus} className="py-2.5 pr-2 pl-3">
      <div className="flex items-start gap-3">
        <button
          type="button"
          onClick={open}
          className={cx(
            "min-w-0 flex-1 rounded-control text-left text-13 font-medium hover:underline pointer-coarse:py-2.5",
            !rule.is_enabled && "text-muted",
          )}
        >
          <span className="line-clamp-2 wrap-anywhere">{rule.name}</span>
        </button>
        {mayChange ? (
          <Switch
            label={`Automation ${rule.name}`}
            checked={rule.is_enabled}
            onChange={() => desk.toggle(rule)}
            className="-my-0.5 pointer-coarse:my-2.5"
          />
        ) : (
          <span className="shrink-0 text-12 leading-5 text-muted">{rule.is_enabled ? "On" : "Off"}</span>
        )}
        <Menu
          align="end"
          trigger={
            <IconButton label={`More about ${rule.name}`} className="-my-1 pointer-coarse:my-0">
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          {mayChange && (
            <MenuItem icon={<Pencil aria-hidden="true" />} keys="e" onSelect={() => desk.edit(rule)}>
              Edit
            </MenuItem>
          )}
          <MenuItem icon={<HistoryIcon aria-hidden="true" />} keys="h" onSelect={() => desk.history(rule)}>
            What it did
          </MenuItem>
          {mayChange && (
            <>
              <MenuItem icon={<Copy aria-hidden="true" />} keys="$mod+d" onSelect={() => desk.duplicate(rule)}>
                Duplicate
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={<Trash2 aria-hidden="true" />} keys="#" danger onSelect={() => desk.remove(rule)}>
                Delete
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
      <div className="pr-1 sm:pr-20">
        <p className="text-12 text-muted wrap-anywhere">{sentence(rule, names)}.</p>
        {rule.paused_at && !rule.is_enabled && <Paused at={rule.paused_at} mayChange={mayChange} />}
        {rule.next_at && rule.is_enabled && (
          <p className="mt-1 text-12 text-muted">
            Next:{" "}
            <time dateTime={rule.next_at} {...tip(exactTime(rule.next_at))}>
              {momentWords(rule.next_at)}
            </time>
          </p>
        )}
      </div>
    </li>
  );
}

function Paused({ at, mayChange }: { at: string; mayChange: boolean }) {
  return (
    <p className="mt-1.5 flex items-start gap-1.5 text-12">
      <Pause aria-hidden="true" className="mt-px size-3.5! shrink-0 text-warning" />
      <span>
        <span className="font-medium">Paused</span> <time dateTime={at}>{exactTime(at)}</time>: it acted too often, or
        what it says could not be read.
        {mayChange && " Switching it on ends the pause."}
      </span>
    </p>
  );
}
