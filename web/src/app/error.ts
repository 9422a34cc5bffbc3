/** What went wrong, for the screens that say so. */

import { ApiError } from "../api/client.ts";

export function inWords(error: unknown): { message: string; requestId: string | null } {
  if (error instanceof ApiError && error.status === 401)
    return { message: "You have been signed out.", requestId: null };
  if (error instanceof ApiError) return { message: error.message, requestId: error.requestId };
  return { message: "Something went wrong.", requestId: null };
}

/** Messages by field; under "" what belongs to none of those that the form has. */
export function byField(error: unknown, known: readonly string[]): Record<string, string> {
  if (!(error instanceof ApiError)) return { "": inWords(error).message };
  const own = Object.entries(error.fields).filter(([field]) => known.includes(field));
  if (own.length > 0) return Object.fromEntries(own);
  return { "": error.message };
}
