/** Which of its screens the page shows, from the address: the list, one that is written, or one with its log. */

import * as v from "valibot";
import { text } from "../settings/shown.ts";

const page = v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))), undefined);
const status = v.fallback(v.optional(v.picklist(["waiting", "delivered", "failed"])), undefined);

/** `edit`: the id of a webhook, or "new". `hook`: the one whose log is shown, of that `status` and `page`, and which `delivery` is open. */
export const place = v.object({ edit: text, hook: text, delivery: text, status, page });

export type Shown = v.InferOutput<typeof place>;
