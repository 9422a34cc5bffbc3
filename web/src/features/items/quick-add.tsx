// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { createItem } from "../create/make.ts";
import { catalogOf } from "../properties/catalog.ts";
import { itemsOf } from "../properties/edit.ts";
import type { ViewSettings } from "../views/search.ts";
import { createIn } from "./create-in.ts";
import { keysOf } from "./flat.ts";
import { focusList } from "./focus.ts";
import { defaultsOf } from "./grouping.ts";
import { groupAt } from "./moves.ts";
import { rank } from "./rank.ts";
import { currentStage, type Scene } from "./scene.ts";

export interface QuickAddProps {
  path: string;
  index: number;
  settings: ViewSettings;
  scene: Scene;
}

/** Makes items in a group: with what its items share, at its end when the order is by hand. */
export function useQuickAdd(path: string, settings: ViewSettings, { project }: Scene): (name: string) => void {
  const engine = useEngine();
  return (name) => {
    if (project === null) return;
    const catalog = catalogOf(engine);
    const keys = keysOf(path);
    const byHand = settings.order.key === "manual" && !settings.order.desc;
    const place = byHand ? idsAt(path) : [];
    const sort_order = byHand ? rank(["new"], itemsOf(engine, place), place.length).get("new") : undefined;
    createItem(engine, {
      project,
      name,
      ...defaultsOf(catalog, settings.group, keys.group, project),
      ...defaultsOf(catalog, settings.sub, keys.subgroup ?? "", project),
      ...(sort_order === undefined ? {} : { sort_order }),
    });
  };
}

function idsAt(path: string): readonly Id[] {
  const stage = currentStage();
  return stage ? (groupAt(stage.view, path)?.ids ?? []) : [];
}

/** The line at the end of a group that makes items of it: type, Enter, type the next. */
export function QuickAdd({ path, index, settings, scene }: QuickAddProps) {
  const [writing, setWriting] = useState(false);
  const add = useQuickAdd(path, settings, scene);
  const { project } = scene;
  return (
    <div role="row" aria-rowindex={index + 1} className="quick-add">
      <div role="gridcell" className="flex min-w-0 flex-1 items-center gap-2">
        <Plus aria-hidden="true" className="text-faint" />
        {writing ? (
          <QuickField onAdd={add} onDone={() => setWriting(false)} />
        ) : (
          <button
            type="button"
            onClick={() => (project === null ? createIn(scene, settings, keysOf(path)) : setWriting(true))}
            className="h-full flex-1 text-left text-faint hover:text-muted"
          >
            Add item
          </button>
        )}
      </div>
    </div>
  );
}

export function QuickField({ onAdd, onDone }: { onAdd: (name: string) => void; onDone: () => void }) {
  return (
    <input
      ref={(field) => field?.focus({ preventScroll: true })}
      aria-label="Title of the new item"
      placeholder="Title, then Enter"
      maxLength={255}
      className="h-7 min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
      onBlur={(event) => {
        const name = event.currentTarget.value.trim();
        if (name !== "") onAdd(name);
        onDone();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        const field = event.currentTarget;
        const name = field.value.trim();
        if (event.key === "Enter" && name !== "") {
          onAdd(name);
          field.value = "";
        } else if (event.key === "Escape") {
          field.value = "";
          focusList();
        }
      }}
    />
  );
}
