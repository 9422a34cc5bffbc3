import type { ReactNode } from "react";
import type { Id, Priority, Project } from "../../sync/rows.ts";
import { useEngine, useTable } from "../../sync-react/index.tsx";
import { CheckLine } from "../../ui/check-line.tsx";
import { Field, Select, Textarea } from "../../ui/field.tsx";
import type { PickerOption } from "../../ui/picker.tsx";
import { useResource } from "../detail/resource.ts";
import { type Catalog, useCatalog } from "../properties/catalog.ts";
import { cycleOptions, labelOptions, memberOptions, priorityOptions, stateOptions } from "../properties/options.tsx";
import { scaleOf } from "../properties/scales.ts";
import { BARE, Choose } from "./choose.tsx";
import { type DraftAction, htmlOfText } from "./draft.ts";
import type { Audience, Policy } from "./rule.ts";
import { NumberInput } from "./when.tsx";
import { textOfHtml } from "./words.ts";

export interface ActionFieldsProps {
  project: Project;
  action: DraftAction;
  /** What the server refused, by field of the action. */
  error: (field: string) => string | undefined;
  onChange: (change: Partial<DraftAction>) => void;
}

/** What an action of this kind is told. */
export function ActionFields(props: ActionFieldsProps): ReactNode {
  const { project, action, error, onChange } = props;
  const catalog = useCatalog();
  const [state] = one(action.state);
  switch (action.kind) {
    case "set_state":
      return (
        <Choose
          bare
          label="State"
          options={stateOptions(catalog, project.id)}
          value={state ? [state] : []}
          placeholder="Choose a state"
          gone="A deleted state"
          error={error("state")}
          onChange={([id]) => onChange({ state: id ?? null })}
        />
      );
    case "set_priority":
      return (
        <Choose
          bare
          label="Priority"
          options={priorityOptions().map(({ id, label, icon }) => ({ id, label, icon }))}
          value={[action.priority]}
          placeholder="Choose a priority"
          gone="Another priority"
          error={error("priority")}
          onChange={([id]) => id && onChange({ priority: id as Priority })}
        />
      );
    case "set_start_date":
    case "set_target_date":
      return <DateFields {...props} />;
    case "set_estimate":
      return <EstimateField {...props} />;
    case "add_labels":
    case "remove_labels":
      return (
        <Choose
          bare
          multiple
          label="Labels"
          options={labelOptions(catalog, project.id)}
          value={action.labels}
          placeholder="Choose labels"
          gone="A deleted label"
          empty="There are no labels yet"
          error={error("labels")}
          onChange={(labels) => onChange({ labels })}
        />
      );
    case "add_assignees":
    case "remove_assignees":
      return <People {...props} label="People" field="assignees" placeholder="Choose people" />;
    case "assign":
      return <AssignFields {...props} />;
    case "add_to_cycle":
      return (
        <Choose
          bare
          label="Cycle"
          options={cycleOptions(catalog, project.id, one(action.cycle))}
          value={one(action.cycle)}
          placeholder="Choose a cycle"
          gone="A deleted cycle"
          empty="There is no cycle that goes on"
          error={error("cycle")}
          onChange={([id]) => onChange({ cycle: id ?? null })}
        />
      );
    case "add_to_module":
      return (
        <Choose
          bare
          label="Module"
          options={catalog.modules(project.id, one(action.module)).map(({ id, name }) => ({ id, label: name }))}
          value={one(action.module)}
          placeholder="Choose a module"
          gone="A deleted module"
          empty="There are no modules yet"
          error={error("module")}
          onChange={([id]) => onChange({ module: id ?? null })}
        />
      );
    case "add_comment":
      return <CommentField {...props} />;
    case "notify":
      return <NotifyFields {...props} />;
    case "close":
      return <Note>{closeWords(catalog, project)}</Note>;
    case "archive":
      return <Note>If it is completed or cancelled. Comes last.</Note>;
    default:
      return <Note>This was written elsewhere. It stays as it is.</Note>;
  }
}

/** The state into which a project closes: the one it names if that is an end, else the first that means cancelled. */
export function closingState(catalog: Catalog, project: Project): string | undefined {
  const states = catalog.states(project.id);
  const chosen = states.find(({ id }) => id === project.default_state);
  const isEnd = chosen?.group === "completed" || chosen?.group === "cancelled";
  return (isEnd ? chosen : states.find(({ group }) => group === "cancelled"))?.name;
}

function closeWords(catalog: Catalog, project: Project): string {
  const name = closingState(catalog, project);
  return name ? `Its state becomes ${name}.` : "The project has no state that means cancelled, so nothing is done.";
}

function one(id: Id | null): readonly Id[] {
  return id === null ? [] : [id];
}

function Note({ children }: { children: ReactNode }) {
  return <p className="flex min-h-8 items-center text-13 text-muted">{children}</p>;
}

function DateFields({ action, error, onChange }: ActionFieldsProps) {
  return (
    <div className="flex flex-wrap items-start gap-2">
      <Field label="To" className={BARE}>
        <Select
          value={action.clears ? "none" : "days"}
          onChange={(event) => onChange({ clears: event.currentTarget.value === "none" })}
        >
          <option value="days">Days after it acts</option>
          <option value="none">No date</option>
        </Select>
      </Field>
      {!action.clears && (
        <Field label="Days" error={error("days")} className={BARE}>
          <NumberInput value={action.days} min={0} max={3650} onChange={(days) => onChange({ days })} />
        </Field>
      )}
    </div>
  );
}

function EstimateField({ project, action, error, onChange }: ActionFieldsProps) {
  const { value: scale } = useResource(scaleOf(useEngine(), project.id));
  const points: readonly PickerOption[] = (scale?.points ?? []).map(({ id, value }) => ({ id, label: value }));
  return (
    <Choose
      bare
      label="Estimate"
      options={[{ id: "", label: "No estimate" }, ...points]}
      value={[action.point ?? ""]}
      placeholder="Choose an estimate"
      gone="A deleted estimate"
      error={error("estimate_point")}
      onChange={([id]) => onChange({ point: id || null })}
    />
  );
}

interface PeopleProps extends ActionFieldsProps {
  label: string;
  field: "assignees" | "members";
  placeholder: string;
  help?: string;
  /** Guests are told things, and are not given work. */
  guests?: boolean;
}

function People({ project, action, error, onChange, label, field, placeholder, help, guests = false }: PeopleProps) {
  const catalog = useCatalog();
  const workers = useWorkers(project.id);
  const options = memberOptions(catalog, project.id).filter(({ id }) => guests || workers.includes(id));
  return (
    <Choose
      bare
      multiple
      label={label}
      options={options}
      value={action.people}
      placeholder={placeholder}
      gone="Somebody who left"
      help={help}
      error={error(field)}
      onChange={(people) => onChange({ people })}
    />
  );
}

const MEMBER = 15;

/** Who can be given work in a project. */
export function useWorkers(project: Id): readonly Id[] {
  const rows = useTable("project_member");
  const people = useTable("member");
  const active = new Set(people.filter(({ is_active }) => is_active).map(({ id }) => id));
  return rows
    .filter((row) => row.project === project && row.role >= MEMBER && active.has(row.member))
    .map((row) => row.member);
}

const POLICIES: readonly (readonly [Policy, string])[] = [
  ["least_loaded", "who has the least to do"],
  ["round_robin", "each in turn"],
  ["default_assignee", "who gets new items"],
];

function AssignFields(props: ActionFieldsProps) {
  const { project, action, error, onChange } = props;
  const catalog = useCatalog();
  const usual = project.default_assignee ? catalog.member(project.default_assignee)?.display_name : undefined;
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Who"
        error={error("policy")}
        className={BARE}
        help={action.policy === "default_assignee" ? whoWords(usual) : undefined}
      >
        <Select
          value={action.policy}
          onChange={(event) => onChange({ policy: event.currentTarget.value as Policy })}
          className="w-full"
        >
          {POLICIES.map(([policy, name]) => (
            <option key={policy} value={policy}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {action.policy !== "default_assignee" && (
        <People
          {...props}
          label="Among"
          field="members"
          placeholder="Choose people"
          help="Unless one of them works on it already."
        />
      )}
    </div>
  );
}

function whoWords(name: string | undefined): string {
  return name ? `That is ${name}.` : "The project names nobody yet, so nothing is done.";
}

function CommentField({ action, error, onChange }: ActionFieldsProps) {
  const text = textOfHtml(action.html);
  const isPlain = htmlOfText(text) === action.html || action.html === "";
  return (
    <Field
      label="Comment"
      error={error("comment_html")}
      help={isPlain ? undefined : "It has marks such as links. What you type here replaces them."}
      className={BARE}
    >
      <Textarea
        placeholder="What is to be said"
        value={text}
        onChange={(event) => onChange({ html: htmlOfText(event.currentTarget.value) })}
      />
    </Field>
  );
}

const AUDIENCES: readonly (readonly [Audience, string])[] = [
  ["assignees", "Assignees"],
  ["subscribers", "Followers"],
  ["creator", "Creator"],
];

function NotifyFields(props: ActionFieldsProps) {
  const { action, error, onChange } = props;
  const toggle = (audience: Audience, on: boolean) =>
    onChange({ to: on ? [...action.to, audience] : action.to.filter((other) => other !== audience) });
  return (
    <div className="flex flex-col gap-2">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset lays out badly, and the group has its name */}
      <div role="group" aria-label="Whom" className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        {AUDIENCES.map(([audience, name]) => (
          <CheckLine key={audience} checked={action.to.includes(audience)} onChange={(on) => toggle(audience, on)}>
            {name}
          </CheckLine>
        ))}
      </div>
      {error("to") && (
        <p role="alert" className="text-12 text-danger">
          {error("to")}
        </p>
      )}
      <People {...props} guests label="And these people" field="members" placeholder="And these people" />
      <Field label="Message" error={error("message")} className={BARE}>
        <Textarea
          placeholder="What they are told"
          maxLength={500}
          value={action.message}
          onChange={(event) => onChange({ message: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}
