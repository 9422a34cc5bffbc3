import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Condition, Filter, FilterOp } from "../../sync/view-spec.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Picker } from "../../ui/picker.tsx";
import { Popover } from "../../ui/popover.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { DatePick } from "../properties/date-pick.tsx";
import { propertyOfFilter } from "../properties/definitions.ts";
import { filterOptions, valueOption } from "../properties/options.tsx";
import { findItems, itemOption } from "../properties/parent-pick.tsx";
import { DateValues } from "./date-values.tsx";
import { dateWords } from "./date-words.ts";
import { conditionOf, operatorsOf, withOperator } from "./parts.ts";
import { isDate, kindOf } from "./words.ts";

export interface FilterChipProps {
  part: Filter;
  /** How the part is typed, for one that has no chip of its own. */
  text: string;
  catalog: Catalog;
  project: string | null;
  /** What it asks must mean the same to everybody and on every day: neither "me" nor days counted from today. */
  fixed?: boolean | undefined;
  /** Whether its values are asked for at once. */
  fresh: boolean;
  /** The id of what says that a value is missing. */
  missing?: string | undefined;
  onChange: (part: Filter) => void;
  onRemove: () => void;
  onSettled: () => void;
  onEditText: () => void;
}

const segment =
  "flex h-full min-w-6 items-center gap-1.5 px-1.5 hover:bg-hover data-popup-open:bg-active first:rounded-l-[5px] whitespace-nowrap";

/** One part of the filter: property, operator and value, each a menu. */
export function FilterChip(props: FilterChipProps) {
  const condition = conditionOf(props.part);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that nobody needs to see
    <div
      role="group"
      aria-label={`Filter ${props.text}`}
      className={cx(
        "flex h-7 items-stretch rounded-control border bg-raised text-12 max-sm:shrink-0 sm:max-w-full pointer-coarse:h-11",
        props.missing ? "border-danger" : "border-line",
      )}
    >
      {condition ? (
        <Parts {...props} condition={condition} />
      ) : (
        <button type="button" className={segment} onClick={props.onEditText}>
          <span className="max-w-72 truncate font-mono">{props.text}</span>
        </button>
      )}
      <IconButton
        size="sm"
        label="Remove filter"
        className="h-full! rounded-l-none border-l border-l-line"
        onClick={props.onRemove}
      >
        <X aria-hidden="true" className="size-3.5!" />
      </IconButton>
    </div>
  );
}

function Parts({ condition, ...props }: FilterChipProps & { condition: Condition }) {
  const { title, icon: Icon, optional } = propertyOfFilter(condition.key);
  const operators = operatorsOf(condition.key, optional);
  const current = operators.find(({ op }) => op === condition.op)?.title ?? condition.op;
  const needsValue = condition.op !== "empty" && condition.op !== "set";
  const setOperator = (op: FilterOp) => props.onChange(withOperator(condition, op));
  return (
    <>
      <span className="flex items-center gap-1.5 pr-1 pl-2 font-medium whitespace-nowrap">
        <Icon aria-hidden="true" className="text-muted" />
        {title}
      </span>
      <Menu
        trigger={
          <button type="button" className={`${segment} text-muted`} aria-label={`${title}: ${current}, change`}>
            {current}
          </button>
        }
      >
        {operators.map(({ op, title: name }) => (
          <MenuItem key={op} checked={op === condition.op} closes onSelect={() => setOperator(op)}>
            {name}
          </MenuItem>
        ))}
      </Menu>
      {needsValue && <Values {...props} condition={condition} />}
    </>
  );
}

function Values({
  condition,
  catalog,
  project,
  fixed = false,
  fresh,
  missing,
  onChange,
  onSettled,
}: FilterChipProps & { condition: Condition }) {
  const [open, setOpen] = useState(fresh);
  const set = (next: boolean) => {
    setOpen(next);
    if (!next) onSettled();
  };
  const change = (values: readonly string[]) => onChange({ ...condition, values });
  const { title } = propertyOfFilter(condition.key);
  const trigger = (
    <button
      type="button"
      aria-describedby={missing}
      data-invalid={missing ? "" : undefined}
      className={`${segment} min-w-0`}
    >
      <ValueText condition={condition} catalog={catalog} />
    </button>
  );
  if (isDate(condition.key)) {
    const day = condition.values[0] ?? null;
    return (
      <Popover
        label={title}
        trigger={trigger}
        open={open}
        onOpenChange={set}
        className="flex w-64 flex-col overflow-hidden"
      >
        {fixed ? (
          <DatePick
            label={title}
            value={day}
            onChange={(value) => change(value ? [value] : [])}
            onDone={() => set(false)}
          />
        ) : (
          <DateValues value={day} onChange={(value) => change([value])} onDone={() => set(false)} />
        )}
      </Popover>
    );
  }
  if (condition.key === "text") {
    return (
      <Popover label={title} trigger={trigger} open={open} onOpenChange={set} className="w-64 p-2">
        <TextValue
          value={condition.values[0] ?? ""}
          onDone={(text) => {
            if (text !== "") change([text]);
            set(false);
          }}
        />
      </Popover>
    );
  }
  if (kindOf(condition.key) === "item") {
    return (
      <ItemValues
        condition={condition}
        catalog={catalog}
        project={project}
        trigger={trigger}
        open={open}
        onOpenChange={set}
        onChange={change}
      />
    );
  }
  return (
    <Picker
      label={title}
      multiple
      trigger={trigger}
      open={open}
      onOpenChange={set}
      options={filterOptions(catalog, condition.key, project, fixed)}
      value={condition.values}
      onChange={change}
    />
  );
}

interface ItemValuesProps {
  condition: Condition;
  catalog: Catalog;
  project: string | null;
  trigger: React.ReactElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (values: readonly string[]) => void;
}

function ItemValues({ condition, catalog, project, trigger, open, onOpenChange, onChange }: ItemValuesProps) {
  const engine = useEngine();
  const [query, setQuery] = useState("");
  const found = open
    ? findItems(engine, catalog, query, (item) => project === null || item.project === project, 30)
    : [];
  return (
    <Picker
      label="Parent"
      multiple
      trigger={trigger}
      open={open}
      onOpenChange={onOpenChange}
      onQuery={setQuery}
      options={found.map((item) => itemOption(catalog, item))}
      value={condition.values}
      onChange={onChange}
    />
  );
}

function TextValue({ value, onDone }: { value: string; onDone: (text: string) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone(String(new FormData(event.currentTarget).get("text") ?? "").trim());
      }}
    >
      <input
        name="text"
        aria-label="Title contains"
        placeholder="Title contains…"
        defaultValue={value}
        className="h-8 w-full rounded-control border border-line-strong bg-raised px-2 text-13"
      />
    </form>
  );
}

function ValueText({ condition, catalog }: { condition: Condition; catalog: Catalog }): ReactNode {
  const engine = useEngine();
  const { key, values } = condition;
  const [first] = values;
  if (first === undefined) return <span className="text-faint">choose…</span>;
  if (isDate(key)) return <span className="truncate">{dateWords(first)}</span>;
  if (key === "text") return <span className="max-w-60 truncate">“{values.join("”, “")}”</span>;
  if (values.length > 2) return `${values.length} values`;
  return values.map((value) => {
    if (key === "parent") {
      const item = engine.table("work_item").get(value);
      return (
        <span key={value} className="max-w-48 truncate">
          {item ? `${catalog.key(item)} ${item.name}` : "An item that is not loaded"}
        </span>
      );
    }
    const { label, icon } = valueOption(catalog, key, value);
    return (
      <span key={value} className="flex min-w-0 items-center gap-1">
        {icon}
        <span className="max-w-40 truncate">{label}</span>
      </span>
    );
  });
}
