import { Check } from "lucide-react";
import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { byField } from "../../app/error.ts";
import { Field, Input, Textarea } from "../../ui/field.tsx";

export interface Saving {
  readonly error: string | undefined;
  /** For two seconds after it was saved. */
  readonly saved: boolean;
  readonly save: (run: () => Promise<unknown>) => Promise<boolean>;
}

/** A change that is saved as it is made: what the server refuses stands at the field named so. */
export function useSaving(field: string): Saving {
  const [error, setError] = useState<string>();
  const [saved, setSaved] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const save = async (run: () => Promise<unknown>) => {
    try {
      await run();
      setError(undefined);
      setSaved(true);
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => setSaved(false), 2000);
      return true;
    } catch (refused) {
      setSaved(false);
      const errors = byField(refused, [field]);
      setError(errors[field] ?? errors[""] ?? "This could not be saved.");
      return false;
    }
  };
  return { error, saved, save };
}

export function SavedMark({ saved }: { saved: boolean }) {
  return (
    <span role="status" className="inline-flex items-center gap-1 text-12 text-muted">
      {saved && (
        <>
          <Check aria-hidden="true" className="size-3.5! text-success" />
          Saved
        </>
      )}
    </span>
  );
}

export interface SavedTextProps {
  label: string;
  /** The server's name of it, under which refusals come. */
  field: string;
  value: string;
  help?: ReactNode;
  /** What is wrong with it before the server is asked. */
  check?: ((value: string) => string | undefined) | undefined;
  save: (value: string) => Promise<unknown>;
  multiline?: boolean | undefined;
  disabled?: boolean | undefined;
  maxLength?: number | undefined;
  className?: string | undefined;
}

/** A text that is saved when one leaves it or presses Enter; Escape takes the change back. */
export function SavedText(props: SavedTextProps) {
  const { label, field, value, help, check, save, multiline, disabled, maxLength, className } = props;
  const [draft, setDraft] = useState(value);
  const [wrong, setWrong] = useState<string>();
  const saving = useSaving(field);
  const server = useRef(value);
  useEffect(() => {
    // Somebody else changed it: that is shown unless there is something of one's own in the field.
    setDraft((now) => (now === server.current ? value : now));
    server.current = value;
  }, [value]);
  const commit = () => {
    const trimmed = draft.trim();
    const problem = trimmed === value ? undefined : check?.(trimmed);
    setWrong(problem);
    if (trimmed === value || problem) return;
    void saving.save(() => save(trimmed));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !(multiline && !event.ctrlKey && !event.metaKey)) {
      event.preventDefault();
      commit();
    }
    if (event.key === "Escape") setDraft(value);
  };
  const shared = {
    value: draft,
    disabled,
    maxLength,
    onChange: (event: { currentTarget: { value: string } }) => setDraft(event.currentTarget.value),
    onBlur: commit,
    onKeyDown,
  } satisfies Partial<ComponentProps<"input">> & Partial<ComponentProps<"textarea">>;
  return (
    <Field
      label={label}
      help={help}
      error={wrong ?? saving.error}
      aside={<SavedMark saved={saving.saved} />}
      className={className}
    >
      {multiline ? <Textarea {...shared} /> : <Input {...shared} />}
    </Field>
  );
}
