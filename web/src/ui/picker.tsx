import { Check, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { fold, score } from "../lib/match.ts";
import { cx } from "./classes.ts";
import { OPTION } from "./float.ts";
import { Popover, type PopoverPlace } from "./popover.tsx";

export interface PickerOption {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** Muted, at the right. */
  readonly hint?: ReactNode;
  /** More words that it is found by. */
  readonly keywords?: string | undefined;
  /** Options of the same group stand together under its name. */
  readonly group?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export interface PickerListProps {
  /** What is chosen here, such as "Set state": the name of the list and what its field says. */
  label: string;
  options: readonly PickerOption[];
  value: readonly string[];
  /** Several can be chosen, and choosing does not close. */
  multiple?: boolean | undefined;
  /** Chosen for some of the items that it is about. */
  mixed?: readonly string[] | undefined;
  /** All that are chosen now; of a single one, just it. */
  onChange: (ids: readonly string[]) => void;
  /** Chosen by Enter or a click, the list is done (single), or by Ctrl+Enter (multiple). */
  onDone?: (() => void) | undefined;
  /** Offered when nothing is called so, and what was typed `fits`. */
  create?:
    | { label: (query: string) => string; run: (query: string) => void; fits?: (query: string) => boolean }
    | undefined;
  /** For who searches himself: `options` are what was found already. */
  onQuery?: ((query: string) => void) | undefined;
  /** Without a field to search in, for few options. */
  plain?: boolean | undefined;
  empty?: string | undefined;
}

/** So many are drawn; who wants another types. */
const MOST = 100;
const CREATE = "+";

/** A searchable list: arrows, Home and End walk, Enter chooses, Ctrl+Enter chooses and closes. */
export function PickerList(props: PickerListProps) {
  const { label, options, value, multiple = false, mixed = [], onChange, onDone, create, onQuery, plain } = props;
  const [query, setQuery] = useState("");
  const found = useMemo(() => (onQuery ? options : search(options, query)), [options, query, onQuery]);
  const name = query.trim();
  const creates =
    create &&
    name !== "" &&
    (create.fits?.(name) ?? true) &&
    !options.some((option) => fold(option.label) === fold(name));
  const drawn = found.slice(0, MOST);
  const ids = [...drawn.filter((option) => !option.disabled).map((option) => option.id), ...(creates ? [CREATE] : [])];
  const [active, setActive] = useState<string | null>(value[0] ?? null);
  const current = active !== null && ids.includes(active) ? active : (ids[0] ?? null);
  const listId = useId();
  const idOf = (id: string) => `${listId}-${id === CREATE ? "new" : ids.indexOf(id)}`;

  const choose = (id: string) => {
    if (id === CREATE) {
      create?.run(name);
      setQuery("");
    } else if (multiple) {
      onChange(value.includes(id) ? value.filter((other) => other !== id) : [...value, id]);
    } else {
      onChange([id]);
    }
    if (!multiple) onDone?.();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = current === null ? -1 : ids.indexOf(current);
    if (step) setActive(ids[(at + step + ids.length) % ids.length] ?? null);
    else if (event.key === "Home" && event.ctrlKey) setActive(ids[0] ?? null);
    else if (event.key === "End" && event.ctrlKey) setActive(ids.at(-1) ?? null);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      if (current !== null) choose(current);
      if (multiple && (event.ctrlKey || event.metaKey)) onDone?.();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (current !== null) list.current?.querySelector("[data-highlighted]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const option = (option: PickerOption) => (
    <Option
      key={option.id}
      id={idOf(option.id)}
      option={option}
      active={option.id === current}
      chosen={value.includes(option.id)}
      some={mixed.includes(option.id)}
      multiple={multiple}
      onHover={() => setActive(option.id)}
      onChoose={() => choose(option.id)}
    />
  );

  return (
    <div className="flex min-h-0 flex-col" {...(plain ? { onKeyDown } : {})}>
      {!plain && (
        <input
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current === null ? undefined : idOf(current)}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={label}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(null);
            onQuery?.(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          className="h-9 w-full shrink-0 border-b border-line bg-transparent px-3 text-13 outline-none placeholder:text-faint pointer-coarse:h-11 pointer-coarse:text-[16px]"
        />
      )}
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={label}
        aria-multiselectable={multiple}
        tabIndex={plain ? 0 : -1}
        aria-activedescendant={plain && current !== null ? idOf(current) : undefined}
        className="min-h-0 overflow-y-auto overscroll-contain p-1 outline-none"
      >
        {grouped(drawn).map(([group, members]) =>
          group === "" ? (
            members.map(option)
          ) : (
            // biome-ignore lint/a11y/useSemanticElements: a group within a listbox is no fieldset
            <div key={group} role="group" aria-label={group}>
              <div aria-hidden="true" className="px-2 pt-1.5 pb-1 text-11 font-medium text-muted">
                {group}
              </div>
              {members.map(option)}
            </div>
          ),
        )}
        {creates && (
          <Option
            id={idOf(CREATE)}
            option={{ id: CREATE, label: create.label(name), icon: <Plus aria-hidden="true" className="text-muted" /> }}
            active={current === CREATE}
            chosen={false}
            some={false}
            multiple={false}
            onHover={() => setActive(CREATE)}
            onChoose={() => choose(CREATE)}
          />
        )}
      </div>
      {found.length === 0 && !creates && (
        <p role="status" className="px-3 pb-3 text-13 text-muted">
          {props.empty ?? "Nothing found"}
        </p>
      )}
      {found.length > MOST && (
        <p className="border-t border-line px-3 py-1.5 text-12 text-muted">
          {found.length - MOST} more: type to narrow
        </p>
      )}
    </div>
  );
}

interface OptionProps {
  id: string;
  option: PickerOption;
  active: boolean;
  chosen: boolean;
  some: boolean;
  multiple: boolean;
  onHover: () => void;
  onChoose: () => void;
}

function Option({ id, option, active, chosen, some, multiple, onHover, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      aria-disabled={option.disabled}
      data-highlighted={active ? "" : undefined}
      onPointerMove={() => !active && !option.disabled && onHover()}
      // The field keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => !option.disabled && onChoose()}
      className={OPTION}
    >
      {multiple && <Box chosen={chosen} some={some} />}
      {option.icon}
      <span className="min-w-0 flex-1 truncate">{option.label}</span>
      {option.hint && <span className="shrink-0 text-12 text-muted">{option.hint}</span>}
      {!multiple && chosen && <Check aria-hidden="true" className="text-accent-text" />}
    </div>
  );
}

/** Drawn only: the option itself says whether it is chosen. */
function Box({ chosen, some }: { chosen: boolean; some: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "flex size-4 shrink-0 items-center justify-center rounded-[4px] border",
        chosen || some ? "border-accent bg-accent text-on-accent" : "border-faint",
      )}
    >
      {chosen ? <Check className="size-3" /> : some ? <Minus className="size-3" /> : null}
    </span>
  );
}

export interface PickerProps extends PickerListProps, PopoverPlace {
  className?: string | undefined;
}

/** A `PickerList` that opens at its trigger, or at `anchor` when it is opened by a key. */
export function Picker({ trigger, anchor, side, align, open, onOpenChange, className, ...list }: PickerProps) {
  const [own, setOwn] = useState(false);
  const set = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  return (
    <Popover
      label={list.label}
      trigger={trigger}
      anchor={anchor}
      side={side}
      align={align}
      open={open ?? own}
      onOpenChange={set}
      className={cx("flex max-h-[min(22rem,var(--available-height))] w-60 flex-col overflow-hidden", className)}
    >
      <PickerList
        {...list}
        onDone={() => {
          list.onDone?.();
          set(false);
        }}
      />
    </Popover>
  );
}

function search(options: readonly PickerOption[], query: string): readonly PickerOption[] {
  const folded = fold(query.trim());
  if (folded === "") return options;
  return options
    .map((option) => ({
      option,
      rank: Math.max(score(fold(option.label), folded), score(fold(option.keywords ?? ""), folded) / 2),
    }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ option }) => option);
}

/** Groups in the order of their first option. */
function grouped(options: readonly PickerOption[]): [string, PickerOption[]][] {
  const groups = new Map<string, PickerOption[]>();
  for (const option of options) {
    const group = groups.get(option.group ?? "");
    if (group) group.push(option);
    else groups.set(option.group ?? "", [option]);
  }
  return [...groups];
}
