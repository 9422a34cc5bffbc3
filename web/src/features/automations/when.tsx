import type { Project } from "../../sync/rows.ts";
import { CheckLine } from "../../ui/check-line.tsx";
import { Field, Input, Select } from "../../ui/field.tsx";
import { Choose, HourField, numberOf } from "./choose.tsx";
import type { DraftTrigger } from "./draft.ts";
import type { TriggerKind } from "./rule.ts";
import { WATCHED } from "./words.ts";

const KINDS: readonly (readonly [TriggerKind, string])[] = [
  ["item_created", "An item is created"],
  ["item_changed", "An item changes"],
  ["comment_added", "Somebody comments"],
  ["due_soon", "An item is due soon"],
  ["schedule", "Every day"],
];

const FIELDS = WATCHED.map(([id, said]) => {
  const name = said.replace(/^the /, "");
  return { id, label: name.charAt(0).toUpperCase() + name.slice(1) };
});

export interface WhenProps {
  project: Project;
  trigger: DraftTrigger;
  /** What the server refused, by field. */
  error: (field: string) => string | undefined;
  onChange: (change: Partial<DraftTrigger>) => void;
}

/** When the rule acts, with what that kind of occasion asks for. */
export function When({ project, trigger, error, onChange }: WhenProps) {
  const { kind } = trigger;
  const zone = `In the time of the project, ${project.timezone.replaceAll("_", " ")}.`;
  const hour = (
    <HourField
      value={trigger.hour}
      help={zone}
      error={error("trigger.hour")}
      onChange={(value) => onChange({ hour: value })}
    />
  );
  return (
    <div className="flex flex-col gap-4">
      <Field label="When" error={error("trigger") ?? error("trigger.kind")}>
        <Select
          value={kind}
          onChange={(event) => onChange({ kind: event.currentTarget.value as TriggerKind })}
          className="w-full"
        >
          {!KINDS.some(([known]) => known === kind) && <option value={kind}>Something this page does not know</option>}
          {KINDS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {kind === "item_changed" && (
        <Choose
          label="What changes"
          multiple
          options={FIELDS}
          value={trigger.fields}
          placeholder="Anything about it"
          gone="Something else"
          error={error("trigger.fields")}
          onChange={(fields) => onChange({ fields })}
        />
      )}
      {kind === "due_soon" && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Days before" error={error("trigger.days")} help="0 is the day itself, 30 the most.">
            <NumberInput value={trigger.days} min={0} max={30} onChange={(days) => onChange({ days })} />
          </Field>
          {hour}
        </div>
      )}
      {kind === "schedule" && (
        <>
          {hour}
          <div>
            <CheckLine checked={trigger.isIdle} onChange={(isIdle) => onChange({ isIdle })}>
              Only items that nobody touched
            </CheckLine>
            {trigger.isIdle && (
              <Field
                label="Days without a change"
                error={error("trigger.idle_days")}
                help="And that are in no cycle or module which goes on."
                className="mt-3"
              >
                <NumberInput
                  value={trigger.idleDays}
                  min={1}
                  max={3650}
                  onChange={(idleDays) => onChange({ idleDays })}
                />
              </Field>
            )}
          </div>
        </>
      )}
    </div>
  );
}

export interface NumberInputProps {
  value: number | null;
  min: number;
  max: number;
  onChange: (value: number | null) => void;
}

export function NumberInput({ value, min, max, onChange }: NumberInputProps) {
  return (
    <Input
      type="number"
      inputMode="numeric"
      min={min}
      max={max}
      value={value ?? ""}
      onChange={(event) => onChange(numberOf(event.currentTarget.value))}
      className="tabular w-28!"
    />
  );
}
