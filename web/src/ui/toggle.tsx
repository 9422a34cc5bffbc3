import { type ComponentProps, useEffect, useRef } from "react";
import { cx } from "./classes.ts";
import { useFieldParts } from "./field.tsx";

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Its name, unless a `Field` gives one. */
  label?: string | undefined;
  disabled?: boolean | undefined;
  className?: string | undefined;
}

export function Switch({ checked, onChange, label, disabled, className }: SwitchProps) {
  const parts = useFieldParts();
  return (
    <button
      type="button"
      role="switch"
      id={parts.id}
      aria-describedby={parts["aria-describedby"]}
      aria-checked={checked}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(!checked)}
      className={cx(
        "relative inline-flex h-6 w-8 shrink-0 items-center disabled:opacity-50",
        // For fingers it reaches beyond what is seen, so that it stays beside its words.
        "pointer-coarse:before:absolute pointer-coarse:before:-inset-x-1.5 pointer-coarse:before:-inset-y-2.5",
        className,
      )}
    >
      <span
        className={cx(
          "h-4.5 w-8 rounded-full border transition-colors duration-(--fast)",
          checked ? "border-accent bg-accent" : "border-faint bg-sunken",
        )}
      />
      <span
        className={cx(
          "absolute left-[3px] size-3 rounded-full transition-transform duration-(--fast) ease-(--ease)",
          checked ? "translate-x-3.5 bg-on-accent" : "bg-faint",
        )}
      />
    </button>
  );
}

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "onChange" | "checked"> {
  /** Its name, unless words in a <label> stand around it. */
  label?: string | undefined;
  checked: boolean;
  /** Neither: some of those that it stands for are checked. */
  mixed?: boolean | undefined;
  onChange?: ((checked: boolean) => void) | undefined;
}

export function Checkbox({ label, checked, mixed = false, onChange, className, ...props }: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <input
      ref={input}
      aria-label={label}
      {...props}
      type="checkbox"
      checked={checked}
      readOnly={!onChange}
      onChange={(event) => onChange?.(event.currentTarget.checked)}
      className={cx("checkbox", className)}
    />
  );
}
