import { useId } from "react";
import { cx } from "./classes.ts";

export interface SegmentsProps<T extends string> {
  title: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
  /** Whether the title is only for those who hear it. */
  bare?: boolean | undefined;
}

/** One of a few, all of them in sight. */
export function Segments<T extends string>({ title, value, options, onChange, bare = false }: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className={bare ? "sr-only" : "mb-1.5 text-13 font-medium"}>{title}</legend>
      <div className="inline-flex flex-wrap gap-1 rounded-panel border border-line bg-sunken p-0.5">
        {options.map(([option, label]) => (
          <label
            key={option}
            className={cx(
              "flex h-7 cursor-default items-center rounded-control px-3 text-13 select-none has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:h-11",
              option === value ? "bg-raised font-medium ring-1 ring-line-strong" : "text-muted hover:text-text",
            )}
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
