/** Holds the items of a project, or of all that the viewer is in, while their list is on the screen. */

import { useEffect, useState } from "react";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { useCatalog } from "../properties/catalog.ts";

export type Lists = "loading" | "there" | "failed";

export function useLists(project: Id | null): Lists {
  const engine = useEngine();
  const catalog = useCatalog();
  const ids = (project === null ? catalog.projects().map(({ id }) => id) : [project]).join(" ");
  const [state, setState] = useState<{ ids: string; lists: Lists }>({ ids: "", lists: "loading" });
  useEffect(() => {
    let current = true;
    const set = (lists: Lists) => {
      if (current) setState({ ids, lists });
    };
    Promise.all(
      ids
        .split(" ")
        .filter(Boolean)
        .map((id) => engine.load(id)),
    ).then(
      () => set("there"),
      () => set("failed"),
    );
    return () => {
      current = false;
    };
  }, [engine, ids]);
  if (state.ids === ids && state.lists !== "loading") return state.lists;
  return ids
    .split(" ")
    .filter(Boolean)
    .every((id) => engine.isLoaded(id))
    ? "there"
    : "loading";
}
