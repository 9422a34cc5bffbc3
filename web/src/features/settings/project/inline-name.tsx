import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { nameProblem } from "./new-name.tsx";

export interface InlineNameProps {
  label: string;
  value: string;
  taken: readonly string[];
  disabled: boolean;
  onRename: (name: string) => void;
}

/** A name that is changed where it stands: Enter or leaving saves, Escape takes back. */
export function InlineName({ label, value, taken, disabled, onRename }: InlineNameProps) {
  const [draft, setDraft] = useState(value);
  const [error, setError] = useState<string>();
  const errorId = useId();
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    const name = draft.trim();
    if (name === value) {
      setDraft(value);
      setError(undefined);
      return;
    }
    const problem = nameProblem(name, taken);
    setError(problem);
    if (!problem) onRename(name);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") commit();
    if (event.key !== "Escape") return;
    setDraft(value);
    setError(undefined);
  };
  return (
    <div className="min-w-0 flex-1">
      <input
        aria-label={label}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? errorId : undefined}
        value={draft}
        disabled={disabled}
        maxLength={255}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
        className="h-7 w-full rounded-control border border-transparent bg-transparent px-1.5 text-13 hover:border-line focus:border-accent focus:bg-raised focus:outline-none aria-invalid:border-danger disabled:border-transparent pointer-coarse:h-11"
      />
      {error && (
        <p id={errorId} role="alert" className="px-1.5 text-12 text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
