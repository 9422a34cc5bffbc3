/** Which of its screens the page shows, from the address: the list, one rule as it is written, or what one did. */

import * as v from "valibot";
import { text } from "../settings/shown.ts";

/** `edit`: the id of a rule, or "new", then `like` another rule or a template. `did`: the rule whose runs are shown. */
export const place = v.object({ edit: text, like: text, did: text });
