import { type FormEvent, useState } from "react";
import { byField } from "./error.ts";

export interface Submit {
  /** Messages by field; under "" what is wrong with the whole. */
  readonly errors: Readonly<Record<string, string>>;
  readonly pending: boolean;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/** A control with an error at it; one that is no field says so by `data-invalid`. */
export const INVALID = "[aria-invalid=true], [data-invalid]";

/** A form that is sent by a button: one at a time, and what the server refuses stands at its field. */
export function useSubmit(known: readonly string[], run: (values: Record<string, string>) => Promise<void>): Submit {
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [pending, setPending] = useState(false);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = event.currentTarget;
    setPending(true);
    run(textsOf(form)).then(
      () => {
        setErrors({});
        setPending(false);
      },
      (error: unknown) => {
        setErrors(byField(error, known));
        setPending(false);
        requestAnimationFrame(() => form.querySelector<HTMLElement>(INVALID)?.focus());
      },
    );
  };
  return { errors, pending, onSubmit };
}

function textsOf(form: HTMLFormElement): Record<string, string> {
  const pairs = [...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return Object.fromEntries(pairs);
}
