import { ArrowDownNarrowWide, ArrowUpNarrowWide, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useId } from "react";
import { setPreference, usePreference } from "../../lib/preferences.ts";
import type { GroupKey, OrderKey } from "../../sync/view-spec.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Select } from "../../ui/field.tsx";
import { Popover } from "../../ui/popover.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { displayable, groupable, orders, type PropertyId } from "../properties/definitions.ts";
import type { Layout, ViewSettings } from "./search.ts";
import { setDisplay, useDisplayOpen } from "./store.ts";

export interface DisplayMenuProps {
  settings: ViewSettings;
  /** Whether items of several projects are shown, which have states of their own. */
  crossing: boolean;
  onChange: (changes: Partial<ViewSettings>) => void;
}

/** How the list is drawn: groups, order, what is shown, density. */
export function DisplayMenu({ settings, crossing, onChange }: DisplayMenuProps) {
  const open = useDisplayOpen();
  return (
    <Popover
      label="Display"
      align="end"
      open={open}
      onOpenChange={setDisplay}
      className="w-76 p-3"
      trigger={
        <Button variant="ghost" icon={<SlidersHorizontal aria-hidden="true" />} aria-label="Display">
          <span className="max-md:hidden">Display</span>
        </Button>
      }
    >
      <div className="flex flex-col gap-2">
        <Layouts layout={settings.layout} onChange={(layout) => onChange({ layout })} />
        <Grouping settings={settings} crossing={crossing} onChange={onChange} />
        <Ordering settings={settings} onChange={onChange} />
        <hr className="-mx-3 my-1 border-line" />
        <Toggle label="Sub-items" checked={settings.subItems} onChange={(subItems) => onChange({ subItems })} />
        <Toggle
          label="Empty groups"
          checked={settings.emptyGroups}
          onChange={(emptyGroups) => onChange({ emptyGroups })}
        />
        <Density />
        <hr className="-mx-3 my-1 border-line" />
        <Shown shown={settings.shown} onChange={(shown) => onChange({ shown })} />
      </div>
    </Popover>
  );
}

/** For phones, whose header has no room for it. */
function Layouts({ layout, onChange }: { layout: Layout; onChange: (layout: Layout) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that nobody needs to see
    <div role="group" aria-label="Layout" className="flex gap-1 sm:hidden">
      {(["list", "board"] as const).map((id) => (
        <Button
          key={id}
          aria-pressed={layout === id}
          className={cx("flex-1", layout === id && "bg-active!")}
          onClick={() => onChange(id)}
        >
          {id === "list" ? "List" : "Board"}
        </Button>
      ))}
    </div>
  );
}

function Line({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="flex min-h-8 items-center justify-between gap-3">
      <label htmlFor={id} className="shrink-0 text-muted">
        {label}
      </label>
      <span className="flex w-44 items-center gap-1">{children(id)}</span>
    </div>
  );
}

function Grouping({ settings, crossing, onChange }: DisplayMenuProps) {
  const choices = groupable.filter(({ id }) => (crossing ? id !== "state" : id !== "project"));
  const options = (without: GroupKey | null) => [
    <option key="none" value="none">
      None
    </option>,
    ...choices
      .filter(({ group }) => group !== without)
      .map(({ group, title }) => (
        <option key={group} value={group ?? ""}>
          {title}
        </option>
      )),
  ];
  const read = (value: string) => (value === "none" ? null : (value as GroupKey));
  return (
    <>
      <Line label="Group by">
        {(id) => (
          <Select
            id={id}
            className="w-full!"
            value={settings.group ?? "none"}
            onChange={(event) => onChange({ group: read(event.currentTarget.value), sub: null })}
          >
            {options(null)}
          </Select>
        )}
      </Line>
      {settings.group && (
        <Line label={settings.layout === "board" ? "Swim lanes" : "Then by"}>
          {(id) => (
            <Select
              id={id}
              className="w-full!"
              value={settings.sub ?? "none"}
              onChange={(event) => onChange({ sub: read(event.currentTarget.value) })}
            >
              {options(settings.group)}
            </Select>
          )}
        </Line>
      )}
    </>
  );
}

function Ordering({ settings: { order }, onChange }: Omit<DisplayMenuProps, "crossing">) {
  return (
    <Line label="Order">
      {(id) => (
        <>
          <Select
            id={id}
            className="min-w-0 flex-1"
            value={order.key}
            onChange={(event) => {
              const key = event.currentTarget.value as OrderKey;
              onChange({ order: { key, desc: key === "created_at" || key === "updated_at" } });
            }}
          >
            {orders.map(({ key, title }) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </Select>
          <IconButton
            label={order.desc ? "Descending" : "Ascending"}
            onClick={() => onChange({ order: { ...order, desc: !order.desc } })}
          >
            {order.desc ? <ArrowDownNarrowWide aria-hidden="true" /> : <ArrowUpNarrowWide aria-hidden="true" />}
          </IconButton>
        </>
      )}
    </Line>
  );
}

function Toggle({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <div className="flex min-h-8 items-center justify-between">
      <span className="text-muted">{label}</span>
      <Switch label={label} checked={checked} onChange={onChange} />
    </div>
  );
}

function Density() {
  const density = usePreference("density");
  return (
    <Toggle
      label="Comfortable rows"
      checked={density === "comfortable"}
      onChange={(comfortable) => setPreference("density", comfortable ? "comfortable" : "compact")}
    />
  );
}

function Shown({
  shown,
  onChange,
}: {
  shown: readonly PropertyId[];
  onChange: (shown: readonly PropertyId[]) => void;
}) {
  const toggle = (id: PropertyId) =>
    onChange(shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that nobody needs to see
    <div role="group" aria-label="Properties" className="flex flex-wrap gap-1">
      {displayable
        .filter(({ id }) => id !== "state")
        .map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-pressed={shown.includes(id)}
            onClick={() => toggle(id)}
            className={cx(
              "h-6 rounded-control border px-1.5 text-12 pointer-coarse:h-11 pointer-coarse:px-3",
              shown.includes(id) ? "border-line-strong bg-active text-text" : "border-line text-muted hover:bg-hover",
            )}
          >
            {title}
          </button>
        ))}
    </div>
  );
}
