import { useLayoutEffect } from "react";
import type { Filter, ViewSpec } from "../../sync/view-spec.ts";
import { useView } from "../../sync-react/index.tsx";
import { EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { openCreate } from "../create/store.ts";
import { setFindText, useFindText } from "../filters/find.tsx";
import type { Lists } from "./loaded.ts";
import type { Scene } from "./scene.ts";
import { selection } from "./selection.ts";

export interface NothingProps {
  state: Lists;
  scene: Scene;
  mine: "assigned" | "created" | null;
  filtered: boolean;
  /** What the list is about, without the filter of the user. */
  base: Filter | null;
  onClear: () => void;
}

/** Why the list is empty, and what to do. */
export function Nothing({ state, scene, mine, filtered, base, onClear }: NothingProps) {
  useLayoutEffect(() => selection.setPlaces([]), []);
  const find = useFindText();
  const all = useView(everything(scene.project, base)).total;
  if (state === "failed") {
    return (
      <ErrorState
        message="The items could not be loaded"
        detail="The server did not answer as expected. What you changed is kept."
        retry={() => location.reload()}
        className="flex-1"
      />
    );
  }
  if (state === "loading") return <Waiting>Loading items…</Waiting>;
  if (filtered && all > 0) {
    const clear = () => {
      setFindText("");
      onClear();
    };
    return (
      <EmptyState
        sentence={`0 of ${all.toLocaleString("en")} items ${find === "" ? "match the filter" : `match “${find}”`}.`}
        action={{ label: "Clear filters", keys: "Shift+f", run: clear }}
        className="flex-1"
      />
    );
  }
  if (mine) {
    const sentence = mine === "assigned" ? "Nothing is assigned to you." : "You have not created any items yet.";
    return <EmptyState sentence={sentence} action={newItem(scene)} className="flex-1" />;
  }
  return (
    <EmptyState
      sentence={scene.project ? "This project has no items yet." : "There are no items yet."}
      action={newItem(scene)}
      className="flex-1"
    />
  );
}

/** The list without the filter of the user. */
function everything(project: Scene["project"], filter: Filter | null): ViewSpec {
  const order = { key: "sequence_id", desc: false } as const;
  return { project, filter, group: null, subgroup: null, order, subItems: true, archived: false, emptyGroups: false };
}

function newItem({ canCreate, project }: Scene) {
  return canCreate ? { label: "New item", keys: "c", run: () => openCreate({ project }) } : undefined;
}
