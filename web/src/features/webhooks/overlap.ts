/** For how long the secret before a new one is good. */

import { ApiError } from "../../api/client.ts";

export const USUAL_HOURS = 24;
export const MOST_HOURS = 168;

/** What was typed. Nothing is not 0: that ends the old secret at once, which nobody is to do by leaving the field empty. */
export function hoursOf(typed: string): number {
  const hours = Number(typed);
  if (typed.trim() !== "" && Number.isInteger(hours)) return hours;
  const message = `Type how many hours these are, from 0 to ${MOST_HOURS}.`;
  throw new ApiError(message, 400, null, { overlap_hours: message });
}
