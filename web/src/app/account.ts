/** Who uses the app: the one whose session it is, or while nobody could be asked, the one who was here last. */

import { useSyncExternalStore } from "react";
import { knownSession, onSession, readSession, type Schemas } from "../api/client.ts";
import { type KnownAccount, preferences, setPreference, subscribePreferences } from "../lib/preferences.ts";

type Account = Schemas["Account"];

/** Remembers who signs in. Once, at the start. */
export function startAccount(): void {
  onSession((session) => {
    if (session) rememberAccount(session.user);
  });
}

/** Also after somebody changed his own profile. */
export function rememberAccount(user: Account): void {
  const { id, display_name, email, avatar_url } = user;
  setPreference("account", { id, display_name, email: email ?? null, avatar_url: avatar_url ?? null });
}

export function forgetAccount(): void {
  setPreference("account", null);
}

export function useAccount(): KnownAccount | null {
  return useSyncExternalStore(subscribePreferences, () => preferences().account);
}

/** Whether this account keeps the server. Not known, it does not. */
export function useInstanceAdmin(): boolean {
  return useSyncExternalStore(onSession, () => knownSession()?.user.is_instance_admin ?? false);
}

/** Whether the server has said that the session of this account is over. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(onSession, () => knownSession() === null);
}

/** Who uses the app, from memory if possible; the server is asked besides. null: nobody. Throws when nobody is known and the server is away. */
export async function whoIsThere(): Promise<KnownAccount | null> {
  const remembered = preferences().account;
  if (remembered && knownSession() !== null) {
    void readSession().catch(() => undefined);
    return remembered;
  }
  await readSession();
  return knownSession() ? preferences().account : null;
}
