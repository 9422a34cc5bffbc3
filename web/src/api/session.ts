/** Who is signed in in this browser. The CSRF token lives in memory only: a reload asks for the session again. */

import { PATIENCE, Patience } from "../lib/patience.ts";
import type { components } from "./schema.d.ts";

export type Session = components["schemas"]["OwnSession"];

type Listener = (session: Session | null) => void;

let current: Session | null | undefined;
let asking: Promise<Session | null> | undefined;
const listeners = new Set<Listener>();

/** The session; asks the server the first time. null: nobody is signed in. Throws when the server cannot be asked. */
export function readSession(): Promise<Session | null> {
  return current !== undefined ? Promise.resolve(current) : askSession();
}

/** The session that the browser has now: another tab may have signed somebody else in. Throws when the server cannot be asked. */
export function askSession(): Promise<Session | null> {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

async function ask(): Promise<Session | null> {
  const patience = new Patience(PATIENCE);
  try {
    const response = await fetch("/api/v1/auth/session/", { credentials: "same-origin", signal: patience.signal });
    if (response.status === 401 || response.status === 403) return setSession(null);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return setSession((await response.json()) as Session);
  } finally {
    patience.end();
  }
}

/** The session as far as it is known without asking; undefined: not asked yet. */
export function knownSession(): Session | null | undefined {
  return current;
}

/** Remembers what signing in, setting up or signing out answered. */
export function setSession(session: Session | null): Session | null {
  const before = current;
  current = session;
  if (before !== session) for (const listener of listeners) listener(session);
  return session;
}

/** Forgets the token, so that the next request that writes asks for it again. */
export function forgetToken(): void {
  current = undefined;
}

/** Told when somebody signs in or out, also when the server says that the session has ended. */
export function onSession(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
