/** The typed API: `await api.GET("/api/v1/users/me/")`. For what the engine syncs use the engine. */

import createClient from "openapi-fetch";
import { PATIENCE, Patience } from "../lib/patience.ts";
import { ApiError, refusal } from "./refusal.ts";
import { request } from "./request.ts";
import type { components, paths } from "./schema.d.ts";
import { type Session, setSession } from "./session.ts";

export { ApiError, refusal } from "./refusal.ts";
export type { Session } from "./session.ts";
export { knownSession, onSession, readSession } from "./session.ts";
export type Schemas = components["schemas"];

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "same-origin",
  fetch: patient,
});

/** What is asked here is small, but may be much work for the server. */
async function patient(input: Request): Promise<Response> {
  const patience = new Patience(2 * PATIENCE);
  try {
    return await request(new Request(input, { signal: AbortSignal.any([input.signal, patience.signal]) }));
  } finally {
    patience.end();
  }
}

/** The data of an answer, or an `ApiError` thrown: `const user = await answer(api.GET("/api/v1/users/me/"))`. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw new ApiError("The server cannot be reached.", 0, null, {}, { cause });
  });
  if (response.ok) return data as T;
  throw refusal(response.status, error, response.headers.get("x-request-id"));
}

export async function signIn(email: string, password: string): Promise<Session> {
  return remember(await answer(api.POST("/api/v1/auth/sign-in/", { body: { email, password } })));
}

export async function setUp(body: Schemas["SetupBody"]): Promise<Session> {
  return remember(await answer(api.POST("/api/v1/auth/setup/", { body })));
}

/** Makes the account of an invited person, who is in the workspace then. */
export async function joinByInvitation(body: Schemas["JoinBody"]): Promise<Session> {
  return remember(await answer(api.POST("/api/v1/auth/join/", { body })));
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await answer(api.POST("/api/v1/auth/sign-out/"));
  setSession(null);
}

function remember(session: Session): Session {
  setSession(session);
  return session;
}
