import { type ComponentProps, createContext, type ReactNode, useContext, useId } from "react";
import { cx } from "./classes.ts";

const LOOK =
  "rounded-control border border-line-strong bg-raised px-2.5 text-13 text-text placeholder:text-faint " +
  "transition-colors duration-(--fast) hover:border-faint focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent " +
  "aria-invalid:border-danger disabled:opacity-60 pointer-coarse:text-[16px]";

interface FieldParts {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

const FieldContext = createContext<FieldParts | null>(null);

/** What a control inside of a `Field` is called and described by. */
export function useFieldParts(): Partial<ComponentProps<"input">> {
  const parts = useContext(FieldContext);
  if (!parts) return {};
  return {
    id: parts.id,
    ...(parts.describedBy ? { "aria-describedby": parts.describedBy } : {}),
    ...(parts.invalid ? { "aria-invalid": true } : {}),
  };
}

export interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: ReactNode;
  /** Stands at the right of the label, such as "optional". */
  aside?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** Label above, help below, and the error in its place. */
export function Field({ label, help, error, aside, className, children }: FieldProps) {
  const id = useId();
  const helpId = `${id}-help`;
  const errorId = `${id}-error`;
  const describedBy = cx(Boolean(error) && errorId, Boolean(help) && helpId) || undefined;
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-13 font-medium">
          {label}
        </label>
        {aside && <span className="text-12 text-muted">{aside}</span>}
      </div>
      <FieldContext value={{ id, describedBy, invalid: Boolean(error) }}>{children}</FieldContext>
      {error && (
        <p id={errorId} role="alert" className="text-12 text-danger">
          {error}
        </p>
      )}
      {help && (
        <p id={helpId} className="text-12 text-muted">
          {help}
        </p>
      )}
    </div>
  );
}

export function Input({ className, ...props }: ComponentProps<"input">) {
  const parts = useFieldParts();
  return (
    <input autoComplete="off" {...parts} {...props} className={cx(LOOK, "h-8 w-full pointer-coarse:h-11", className)} />
  );
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  const parts = useFieldParts() as Partial<ComponentProps<"textarea">>;
  return (
    <textarea
      rows={3}
      {...parts}
      {...props}
      className={cx(LOOK, "field-sizing-content min-h-16 w-full resize-y py-1.5", className)}
    />
  );
}

/** The browser's own list, drawn by us where the browser lets us. */
export function Select({ className, ...props }: ComponentProps<"select">) {
  const parts = useFieldParts() as Partial<ComponentProps<"select">>;
  return <select {...parts} {...props} className={cx("select", LOOK, "h-8 pointer-coarse:h-11", className)} />;
}
