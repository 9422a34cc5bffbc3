import { type KeyboardEvent, useId, useState } from "react";
import { fold } from "../../../lib/match.ts";
import { Button } from "../../../ui/button.tsx";
import { Input } from "../../../ui/field.tsx";

export interface NewNameProps {
  label: string;
  taken: readonly string[];
  onCreate: (name: string) => void;
  onClose: () => void;
}

/** A line to type a new name in: Enter creates and stays for the next one, Escape ends. */
export function NewName({ label, taken, onCreate, onClose }: NewNameProps) {
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const errorId = useId();
  const create = () => {
    const trimmed = name.trim();
    const problem = nameProblem(trimmed, taken);
    setError(problem);
    if (problem) return;
    onCreate(trimmed);
    setName("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") create();
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
  };
  return (
    <li className="flex flex-col gap-1 px-2 py-2">
      <div className="flex items-center gap-2">
        <Input
          autoFocus
          aria-label={label}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          value={name}
          maxLength={255}
          placeholder="Name"
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Button variant="primary" size="lg" onClick={create}>
          Create
        </Button>
        <Button size="lg" onClick={onClose}>
          Done
        </Button>
      </div>
      {error && (
        <p id={errorId} role="alert" className="px-1 text-12 text-danger">
          {error}
        </p>
      )}
    </li>
  );
}

export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === "") return "Enter a name.";
  return taken.some((other) => fold(other) === fold(name)) ? "This name is taken." : undefined;
}
