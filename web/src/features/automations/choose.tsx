/** Fields of the editor: a choice from a list, and one of the two dozen hours. */

import { ChevronDown } from "lucide-react";
import { useId } from "react";
import { cx } from "../../ui/classes.ts";
import { Field, Select, useFieldParts } from "../../ui/field.tsx";
import { Picker, type PickerOption } from "../../ui/picker.tsx";
import { hourWords } from "./words.ts";

export interface ChooseProps {
  label: string;
  options: readonly PickerOption[];
  value: readonly string[];
  multiple?: boolean | undefined;
  /** Said while nothing is chosen. */
  placeholder: string;
  /** What stands for a chosen id that is not among the options. */
  gone: string;
  empty?: string | undefined;
  /** Whether the label is seen; where the line says it already, it is for those who hear it. */
  bare?: boolean | undefined;
  help?: string | undefined;
  error?: string | undefined;
  className?: string | undefined;
  onChange: (ids: readonly string[]) => void;
}

/** One of a list, or several: looks like the other fields of a form. */
export function Choose(props: ChooseProps) {
  const { label, options, value, multiple = false, placeholder, gone, empty, bare, help, error, onChange } = props;
  return (
    <Field label={label} help={help} error={error} className={cx(bare && BARE, "min-w-0", props.className)}>
      <Picker
        label={label}
        multiple={multiple}
        options={options}
        value={value}
        onChange={onChange}
        empty={empty}
        className="w-(--anchor-width) min-w-60"
        trigger={<Trigger options={options} value={value} placeholder={placeholder} gone={gone} />}
      />
    </Field>
  );
}

/** The label is there and not seen. */
export const BARE = "*:first:sr-only";
const SHOWN = 4;

interface TriggerProps extends Pick<ChooseProps, "options" | "value" | "placeholder" | "gone"> {}

function Trigger({ options, value, placeholder, gone, ...props }: TriggerProps) {
  const { id, "aria-describedby": describedBy, "aria-invalid": invalid } = useFieldParts();
  const known = value.slice(0, SHOWN).map((id) => options.find((option) => option.id === id) ?? { id, label: gone });
  const saidId = useId();
  return (
    <button
      type="button"
      {...props}
      id={id}
      aria-describedby={cx(saidId, describedBy)}
      data-invalid={invalid ? "" : undefined}
      className="flex min-h-8 w-full min-w-0 items-center gap-2 rounded-control border border-line-strong bg-raised px-2.5 py-1 text-left text-13 hover:border-faint data-invalid:border-danger pointer-coarse:min-h-11 pointer-coarse:text-[16px]"
    >
      <span id={saidId} className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        {known.length === 0 && <span className="text-muted">{placeholder}</span>}
        {known.map((option) => (
          <span key={option.id} className="flex min-w-0 items-center gap-1.5">
            {"icon" in option && option.icon}
            <span className="min-w-0 truncate">{option.label}</span>
          </span>
        ))}
        {value.length > SHOWN && <span className="text-muted">+{value.length - SHOWN}</span>}
      </span>
      <ChevronDown aria-hidden="true" className="shrink-0 text-muted" />
    </button>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export interface HourFieldProps {
  value: number;
  help: string;
  error?: string | undefined;
  onChange: (hour: number) => void;
}

export function HourField({ value, help, error, onChange }: HourFieldProps) {
  return (
    <Field label="At" help={help} error={error}>
      <Select value={value} onChange={(event) => onChange(Number(event.currentTarget.value))} className="w-28">
        {HOURS.map((hour) => (
          <option key={hour} value={hour}>
            {hourWords(hour)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** What is typed as a number; null: nothing, or no number. */
export function numberOf(text: string): number | null {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? null : number;
}
