/** Which of its screens the page shows, from the address: the list, one rule as it is written, or what one did. */

import { useRouter, useSearch } from "@tanstack/react-router";
import * as v from "valibot";

const text = v.fallback(v.optional(v.string()), undefined);
const schema = v.object({ edit: text, like: text, did: text });

/** `edit`: the id of a rule, or "new", then `like` another rule or a template. `did`: the rule whose runs are shown. */
export type Shown = v.InferOutput<typeof schema>;

export function usePlace(): { readonly shown: Shown; readonly go: (to: Shown, replace?: boolean) => void } {
  const shown = v.parse(schema, useSearch({ strict: false }));
  const router = useRouter();
  const go = (to: Shown, replace = false) => void router.navigate({ to: ".", search: to as never, replace });
  return { shown, go };
}
