/** What rows and cards show besides the title, and how each list was last looked at: choices of this browser. */

import { useMemo } from "react";
import { preferences, setPreference } from "../../lib/preferences.ts";
import type { Id } from "../../sync/rows.ts";
import type { PropertyId } from "../properties/definitions.ts";
import type { ViewSettings } from "./search.ts";

export type Shown = ReadonlySet<PropertyId>;

/** The same set until something else is shown. */
export function useShown({ shown }: ViewSettings): Shown {
  return useMemo(() => new Set(shown), [shown]);
}

/** Whose list of which workspace: what somebody filters by says much about his work. */
export interface ListName {
  readonly user: Id;
  readonly slug: string;
  readonly scope: string;
}

function nameOf({ user, slug, scope }: ListName): string {
  return `${user}/${slug}/${scope}`;
}

/** The address of the view that was last looked at in a list. */
export function lastView(list: ListName): string {
  return preferences().views[nameOf(list)] ?? "";
}

/** Kept for so many lists; the oldest are forgotten. */
const most = 60;

export function rememberView(list: ListName, search: string): void {
  if (lastView(list) === search) return;
  const own = nameOf(list);
  const others = Object.entries(preferences().views).filter(([name]) => name !== own);
  setPreference("views", Object.fromEntries([...others, [own, search]].slice(-most)));
}

/** When somebody signs out. What says not whose it is goes too. */
export function forgetViews(user: Id | undefined): void {
  const isOthers = (name: string) => name.split("/").length > 2 && !name.startsWith(`${user}/`);
  setPreference("views", Object.fromEntries(Object.entries(preferences().views).filter(([name]) => isOthers(name))));
}
