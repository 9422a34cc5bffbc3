/** What rows and cards show besides the title, and how each list was last looked at: choices of this browser. */

import { useMemo } from "react";
import { preferences, setPreference, usePreference } from "../../lib/preferences.ts";
import { displayable, type PropertyId } from "../properties/definitions.ts";

export type Shown = ReadonlySet<PropertyId>;

export const shownAtFirst: readonly PropertyId[] = displayable
  .filter(({ display }) => display === "on")
  .map(({ id }) => id);

export function useShown(): Shown {
  const chosen = usePreference("properties");
  return useMemo(
    () => new Set(chosen ? displayable.map(({ id }) => id).filter((id) => chosen.includes(id)) : shownAtFirst),
    [chosen],
  );
}

export function toggleShown(id: PropertyId): void {
  const now = preferences().properties ?? shownAtFirst;
  setPreference("properties", now.includes(id) ? now.filter((other) => other !== id) : [...now, id]);
}

/** The address of the view that was last looked at in a project, or in another list. */
export function lastView(scope: string): string {
  return preferences().views[scope] ?? "";
}

/** Kept for so many lists; the oldest are forgotten. */
const most = 60;

export function rememberView(scope: string, search: string): void {
  if (lastView(scope) === search) return;
  const others = Object.entries(preferences().views).filter(([name]) => name !== scope);
  setPreference("views", Object.fromEntries([...others, [scope, search]].slice(-most)));
}
