/** The last thing done that the engine does not know of and that can be taken back; null: something else was done since. */

import { store } from "../lib/store.ts";

export interface LastAct {
  readonly undo: () => void;
}

export const lastAct = store<LastAct | null>(null);
