import { useState, useSyncExternalStore } from "react";
import { newId } from "../../lib/ids.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { PickerList, type PickerListProps, type PickerOption } from "../../ui/picker.tsx";
import { Resource, useResource } from "../detail/resource.ts";
import { type Catalog, useCatalog } from "./catalog.ts";
import { DatePick } from "./date-pick.tsx";
import { propertyOf } from "./definitions.ts";
import { changeValues, type EditableProperty, isList, itemsOf, type ListProperty, send, setValue } from "./edit.ts";
import { Floating } from "./floating.tsx";
import { cycleOptions, labelOptions, memberOptions, priorityOptions, stateOptions } from "./options.tsx";
import { ParentPick } from "./parent-pick.tsx";
import { closePicker, type PickRequest, usePicking } from "./picking.ts";
import { mayMake } from "./rights.ts";
import { type Scale, scaleOf } from "./scales.ts";

/** Draws the open picker. Once, at the root of the app. */
export function PickerHost() {
  const request = usePicking();
  return request ? <Open key={keyOf(request)} request={request} /> : null;
}

function keyOf({ property, rect }: PickRequest): string {
  return `${property} ${rect.x} ${rect.y}`;
}

function Open({ request }: { request: PickRequest }) {
  return (
    <Floating rect={request.rect} label={titleOf(request.property)} onClose={closePicker}>
      <Content request={request} />
    </Floating>
  );
}

function titleOf(property: EditableProperty): string {
  return `Set ${propertyOf(property).title.toLowerCase()}`;
}

/** What all targets have in common, read and set. */
interface Target {
  readonly project: Id | null;
  /** Held by all, and held by some. */
  readonly values: readonly string[];
  readonly mixed: readonly string[];
  readonly ids: readonly Id[];
  set(value: string | null): void;
  change(added: readonly string[], removed: readonly string[]): void;
}

function Content({ request }: { request: PickRequest }) {
  const engine = useEngine();
  const catalog = useCatalog();
  const { property } = request;
  // The values may change while it is open, by this picker or by others.
  const version = useSyncExternalStore(
    (listener) => engine.table("work_item").subscribe(listener),
    () => engine.table("work_item").version,
  );
  const target = targetOf(engine, request, version);
  const scale = useScale(target.project, property);
  switch (property) {
    case "start_date":
    case "target_date":
      return (
        <DatePick
          label={titleOf(property)}
          value={target.values[0] ?? null}
          onChange={target.set}
          onDone={closePicker}
        />
      );
    case "parent":
      return (
        <ParentPick
          ids={target.ids}
          project={target.project}
          value={target.values[0] ?? null}
          onChange={target.set}
          onDone={closePicker}
        />
      );
    case "assignee":
    case "label":
    case "module":
      return <Several engine={engine} catalog={catalog} property={property} target={target} />;
    default:
      return (
        <PickerList
          label={titleOf(property)}
          options={choices(catalog, property, target, scale)}
          value={target.values}
          mixed={target.mixed}
          onChange={(ids) => target.set(ids[0] || null)}
          onDone={closePicker}
        />
      );
  }
}

/** Nothing is asked for where nothing of it is chosen from. */
function useScale(project: Id | null, property: EditableProperty): Scale | undefined {
  const engine = useEngine();
  const [none] = useState(() => new Resource<Scale>("", async () => ({ types: [], points: [] })));
  const wanted = project !== null && (property === "type" || property === "estimate");
  return useResource(wanted ? scaleOf(engine, project) : none, wanted).value;
}

function choices(
  catalog: Catalog,
  property: EditableProperty,
  { project, values }: Target,
  scale: Scale | undefined,
): readonly PickerOption[] {
  const nothing: PickerOption = { id: "", label: `No ${propertyOf(property).title.toLowerCase()}` };
  const optional = (options: readonly PickerOption[]) => (values.length > 0 ? [nothing, ...options] : options);
  switch (property) {
    case "state":
      return stateOptions(catalog, project);
    case "cycle":
      return optional(project === null ? [] : cycleOptions(catalog, project, values));
    case "type":
      return optional((scale?.types ?? []).flatMap((id) => catalog.type(id) ?? []).map(named));
    case "estimate":
      return optional((scale?.points ?? []).map(({ id, value }) => ({ id, label: value })));
    default:
      return priorityOptions();
  }
}

function named({ id, name }: { id: Id; name: string }): PickerOption {
  return { id, label: name };
}

interface SeveralProps {
  engine: Engine;
  catalog: Catalog;
  property: ListProperty;
  target: Target;
}

function Several({ engine, catalog, property, target }: SeveralProps) {
  const create: PickerListProps["create"] =
    property === "label" && target.project !== null && mayMake(catalog, target.project)
      ? {
          label: (query) => `Create label “${query}”`,
          run: (query) => target.change([createLabel(engine, target.project, query)], []),
        }
      : undefined;
  const options = listOptions(catalog, property, target);
  return (
    <PickerList
      label={titleOf(property)}
      multiple
      options={options}
      value={target.values}
      mixed={target.mixed}
      onChange={(ids) =>
        target.change(
          ids.filter((id) => !target.values.includes(id)),
          target.values.filter((id) => !ids.includes(id)),
        )
      }
      onDone={closePicker}
      create={create}
      empty={EMPTY[property]}
    />
  );
}

function listOptions(catalog: Catalog, property: ListProperty, { project, values }: Target): PickerOption[] {
  if (property === "assignee") return memberOptions(catalog, project);
  if (property === "label") return labelOptions(catalog, project);
  return project === null ? [] : catalog.modules(project, values).map(named);
}

const EMPTY: Readonly<Record<ListProperty, string>> = {
  assignee: "Nobody found",
  label: "No labels yet; type a name to make one",
  module: "No modules found",
};

const labelColors = ["#5b8def", "#d97757", "#3fa17a", "#b36ad6", "#c99a2e", "#4fa9b8", "#cf5c78", "#7d8597"];

function createLabel(engine: Engine, project: Id | null, name: string): Id {
  const id = newId();
  const color = labelColors[engine.table("label").size % labelColors.length] ?? "#7d8597";
  send(
    engine,
    [{ kind: "create", entity: "label", id, row: { project, name, color, parent: null } }],
    `Created label ${name}`,
  );
  return id;
}

function targetOf(engine: Engine, { property, target }: PickRequest, _version: number): Target {
  if ("draft" in target) return draftTarget(target.draft);
  const { items: ids } = target;
  const items = itemsOf(engine, ids);
  const held = items.map((item) => heldOf(item, property));
  const union = [...new Set(held.flat())];
  const values = union.filter((value) => held.every((list) => list.includes(value)));
  const projects = new Set(items.map(({ project }) => project));
  return {
    project: projects.size === 1 ? ([...projects][0] ?? null) : null,
    values,
    mixed: union.filter((value) => !values.includes(value)),
    ids,
    set: (value) => setValue(engine, ids, property, value),
    change: (added, removed) => {
      if (isList(property)) changeValues(engine, ids, property, added, removed);
    },
  };
}

function heldOf(item: ReturnType<typeof itemsOf>[number], property: EditableProperty): readonly string[] {
  const field = propertyOf(property).field;
  const value = field === null ? null : item[field];
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? [value] : [];
}

function draftTarget({
  project,
  values,
  onChange,
}: {
  project: Id;
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}): Target {
  return {
    project,
    values,
    mixed: [],
    ids: [],
    set: (value) => onChange(value === null ? [] : [value]),
    change: (added, removed) => onChange([...values.filter((value) => !removed.includes(value)), ...added]),
  };
}
