/** Calls whose refusals are shown part by part: where what was sent is deep, or the refusal says more than words. */

import { ApiError, refusal } from "./refusal.ts";

/** A refusal with all that the server said of it; `fields` are paths such as `actions.0.members`. */
export class Refused extends ApiError {
  constructor(
    plain: ApiError,
    readonly body: unknown,
  ) {
    super(plain.message, plain.status, plain.requestId, paths(body));
  }
}

/** What is wrong by its place, however deep it lies. */
function paths(body: unknown, at = ""): Record<string, string> {
  if (typeof body !== "object" || body === null) return {};
  if (Array.isArray(body)) {
    const text = body.filter((entry) => typeof entry === "string").join(" ");
    return text && at ? { [at]: text } : {};
  }
  const inside = Object.entries(body).map(([key, value]) => paths(value, at ? `${at}.${key}` : key));
  return Object.assign({}, ...inside) as Record<string, string>;
}

type Call<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The answer with its headers, or a `Refused` thrown. */
export async function called<T>(call: Call<T>): Promise<{ data: T; response: Response }> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw new ApiError("The server cannot be reached.", 0, null, {}, { cause });
  });
  if (response.ok) return { data: data as T, response };
  throw new Refused(refusal(response.status, error, response.headers.get("x-request-id")), error);
}

/** What it answered. */
export async function asked<T>(call: Call<T>): Promise<T> {
  return (await called(call)).data;
}
