/** Small choices of this browser: looks and keys. What belongs to the work lives on the server, not here. */

import { useSyncExternalStore } from "react";

export interface Preferences {
  readonly theme: "system" | "light" | "dark" | "contrast";
  readonly density: "compact" | "comfortable";
  readonly sidebar: "open" | "collapsed";
  /** Whether single keys such as `c` act (WCAG 2.1.4 asks for the switch). */
  readonly singleKeys: boolean;
  /** The workspace to open first, by its slug. */
  readonly lastWorkspace: string | null;
  /** Who was signed in last, so that the app starts from disk without asking the server first. */
  readonly account: KnownAccount | null;
  /** The view that was last looked at, by the list. */
  readonly views: Readonly<Record<string, string>>;
}

export interface KnownAccount {
  readonly id: string;
  readonly display_name: string;
  readonly email: string | null;
  readonly avatar_url: string | null;
}

export const defaults: Preferences = {
  theme: "system",
  density: "compact",
  sidebar: "open",
  singleKeys: true,
  lastWorkspace: null,
  account: null,
  views: {},
};

/** Read by `public/theme.js` too, before the first paint. */
const KEY = "aileron.preferences";
const listeners = new Set<() => void>();
let current: Preferences = read();

export function preferences(): Preferences {
  return current;
}

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  current = { ...current, [key]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage is off or full: the choice lasts as long as the page.
  }
  changed();
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreference<K extends keyof Preferences>(key: K): Preferences[K] {
  return useSyncExternalStore(subscribePreferences, () => current[key]);
}

/** Follows the choices made in other tabs. Returns how to stop. */
export function followOtherTabs(): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    current = read();
    changed();
  };
  addEventListener("storage", listener);
  return () => removeEventListener("storage", listener);
}

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? { ...defaults, ...known(stored) } : defaults;
  } catch {
    return defaults;
  }
}

/** Only what is of the expected kind: the store may be of another version, or edited by hand. */
function known(stored: object): Partial<Preferences> {
  const pairs = Object.entries(stored).filter(([key, value]) => {
    if (key === "theme") return ["system", "light", "dark", "contrast"].includes(value);
    if (key === "density") return ["compact", "comfortable"].includes(value);
    if (key === "sidebar") return ["open", "collapsed"].includes(value);
    if (key === "singleKeys") return typeof value === "boolean";
    if (key === "lastWorkspace") return typeof value === "string";
    if (key === "views") return isTexts(value);
    return key === "account" && typeof value === "object" && typeof value?.id === "string";
  });
  return Object.fromEntries(pairs);
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((entry) => typeof entry === "string")
  );
}

function changed(): void {
  for (const listener of listeners) listener();
}
