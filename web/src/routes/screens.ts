/** The screens of items. Those that are not there yet are an empty state. */

import { lazyRouteComponent } from "@tanstack/react-router";

const there = import.meta.glob<Record<string, never>>([
  "../features/items/screen.tsx",
  "../features/detail/page.tsx",
  "../features/search/screen.tsx",
]);

function screen(path: string, name: string) {
  const load = there[path] ?? (() => import("./missing.tsx"));
  return lazyRouteComponent(load as () => Promise<Record<string, never>>, path in there ? name : "Missing");
}

export const screens = {
  items: screen("../features/items/screen.tsx", "ItemsScreen"),
  item: screen("../features/detail/page.tsx", "ItemPage"),
  search: screen("../features/search/screen.tsx", "SearchScreen"),
};
