/** The names behind the ids of rules and runs: from what is synced, and items from the server where they are not. */

import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Engine } from "../../sync/contract.ts";
import type { Id, Project } from "../../sync/rows.ts";
import { useEngine, useLoaded, useStatus } from "../../sync-react/index.tsx";
import { useResource } from "../detail/resource.ts";
import { keyOf } from "../properties/address.ts";
import { type Catalog, useCatalog } from "../properties/catalog.ts";
import { type Scale, scaleOf } from "../properties/scales.ts";
import { Lookups } from "./lookups.ts";
import { type Called, readItem } from "./remote.ts";
import type { Names } from "./words.ts";

export function namesOf(engine: Engine, catalog: Catalog, scale: Scale | undefined): Names {
  return (noun, id) => {
    switch (noun) {
      case "state":
        return catalog.state(id)?.name;
      case "label":
        return catalog.label(id)?.name;
      case "person":
        return catalog.member(id)?.display_name;
      case "cycle":
        return catalog.cycle(id)?.name;
      case "module":
        return catalog.module(id)?.name;
      case "type":
        return catalog.type(id)?.name;
      case "point":
        return scale ? scale.points.find((point) => point.id === id)?.value : "…";
      case "item": {
        const item = engine.table("work_item").get(id);
        return item ? catalog.key(item) : "an item";
      }
    }
  };
}

export function useNames(project: Project): Names {
  const engine = useEngine();
  const catalog = useCatalog();
  const { value: scale } = useResource(scaleOf(engine, project.id));
  return useMemo(() => namesOf(engine, catalog, scale), [engine, catalog, scale]);
}

export interface Mentioned {
  /** Such as ENG-12. */
  readonly key: string;
  readonly name: string;
}

/** Items by their ids. undefined: on its way, or not to be had now; null: gone. */
export function useMentioned(project: Project, ids: readonly Id[]): (id: Id) => Mentioned | null | undefined {
  const engine = useEngine();
  const { online } = useStatus();
  const { loaded, failed } = useLoaded(project.id);
  const table = engine.table("work_item");
  const lookups = useMemo(() => {
    const at = { slug: engine.slug, project: project.id };
    return new Lookups<Called>((id) => readItem(at, id));
  }, [engine, project.id]);
  const known = useSyncExternalStore(lookups.subscribe, lookups.known);
  // Not only those without an answer: each answer would ask once more for all that failed.
  const wanted = loaded || failed ? [...new Set(ids)].filter((id) => !table.get(id)) : [];
  const text = wanted.join(" ");
  // Archived items are on the server only.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a connection that is back may answer what failed without it
  useEffect(() => lookups.ask(text.split(" ").filter(Boolean)), [text, lookups, online]);
  return (id) => {
    const item = table.get(id);
    if (item) return { key: keyOf(project, item), name: item.name };
    const called = known.get(id);
    return called && { key: `${project.identifier}-${called.sequence_id}`, name: called.name };
  };
}
