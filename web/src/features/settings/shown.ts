/** Which of its parts a settings page shows, from the address. */

import { useRouter, useSearch } from "@tanstack/react-router";
import * as v from "valibot";

/** A part of the address that may be missing; what is no text is as good as missing. */
export const text = v.fallback(v.optional(v.string()), undefined);

export interface Place<T> {
  readonly shown: T;
  readonly go: (to: T, replace?: boolean) => void;
}

export function useShown<S extends v.GenericSchema>(schema: S): Place<v.InferOutput<S>> {
  const shown = v.parse(schema, useSearch({ strict: false }));
  const router = useRouter();
  const go = (to: v.InferOutput<S>, replace = false) => void router.navigate({ to: ".", search: to as never, replace });
  return { shown, go };
}
