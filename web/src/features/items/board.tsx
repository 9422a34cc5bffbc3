// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are commands
// biome-ignore-all lint/a11y/useSemanticElements: a fieldset is for forms
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: it has the keys of the cards
import { useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Group, View } from "../../sync/view-spec.ts";
import { Count } from "../../ui/chip.tsx";
import type { ViewSettings } from "../views/search.ts";
import { BoardColumn, ColumnHead } from "./board-column.tsx";
import { cardId } from "./card.tsx";
import { useItemDrag } from "./drag.ts";
import { pathOf } from "./flat.ts";
import { setListElement } from "./focus.ts";
import { GroupName } from "./group-head.tsx";
import { ItemMenu } from "./item-menu.tsx";
import { groupAt, lanesOf, pathsOf } from "./moves.ts";
import { onItemClick } from "./pointer.ts";
import type { Scene } from "./scene.ts";
import { selection } from "./selection.ts";
import "./items.css";
import "./board.css";

export interface BoardProps {
  view: View;
  settings: ViewSettings;
  scene: Scene;
}

/** The items as cards in columns, one for each group; subgroups are lanes across them. */
export default function Board({ view, settings, scene }: BoardProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const registerDrag = useItemDrag(scroller);
  const focus = useSyncExternalStore(selection.subscribe, () => selection.get().focus);
  const choosing = useSyncExternalStore(selection.subscribe, () => selection.get().chosen.size > 0);
  const lanes = useMemo(() => lanesOf(view), [view]);
  useBoardPlaces(view);
  useLayoutEffect(() => {
    setListElement(scroller.current);
    return () => setListElement(null);
  }, []);

  return (
    <ItemMenu className="flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="group"
        tabIndex={0}
        aria-label={`${scene.title}, board`}
        aria-activedescendant={focus ? cardId(focus.id, focus.group) : undefined}
        data-choosing={choosing ? "" : undefined}
        className="board"
        data-lanes={lanes ? "" : undefined}
        onClick={(event) => onItemClick(event, scene)}
      >
        {lanes ? (
          <Lanes lanes={lanes} view={view} settings={settings} scene={scene} registerDrag={registerDrag} />
        ) : (
          view.groups.map((group) => (
            <section key={group.key} className="board-column" data-column="">
              <ColumnHead group={group} path={pathOf(group.key)} settings={settings} scene={scene} />
              <BoardColumn
                group={group}
                path={pathOf(group.key)}
                settings={settings}
                scene={scene}
                registerDrag={registerDrag}
              />
            </section>
          ))
        )}
      </div>
    </ItemMenu>
  );
}

interface LanesProps extends BoardProps {
  lanes: readonly string[];
  registerDrag: ReturnType<typeof useItemDrag>;
}

function Lanes({ lanes, view, settings, scene, registerDrag }: LanesProps) {
  return (
    <>
      <div className="board-heads">
        {view.groups.map((group) => (
          <ColumnHead key={group.key} group={group} path={pathOf(group.key)} settings={settings} scene={scene} />
        ))}
      </div>
      {lanes.map((lane) => (
        <section key={lane} className="board-lane">
          <h2 className="board-lane-head">
            {settings.sub && <GroupName groupKey={settings.sub} value={lane} />}
            <Count>{laneCount(view, lane).toLocaleString("en")}</Count>
          </h2>
          <div className="board-cells">
            {view.groups.map((group) => (
              <div key={group.key} className="board-cell" data-column="">
                <BoardColumn
                  group={group.subgroups.find(({ key }) => key === lane) ?? empty(lane)}
                  path={pathOf(group.key, lane)}
                  settings={settings}
                  scene={scene}
                  registerDrag={registerDrag}
                />
              </div>
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function empty(key: string): Group {
  return { key, count: 0, ids: [], subgroups: [] };
}

function laneCount(view: View, lane: string): number {
  const ids = new Set<string>();
  for (const group of view.groups) {
    for (const id of group.subgroups.find(({ key }) => key === lane)?.ids ?? []) ids.add(id);
  }
  return ids.size;
}

function useBoardPlaces(view: View): void {
  useLayoutEffect(() => {
    const places = pathsOf(view).flatMap((path) => (groupAt(view, path)?.ids ?? []).map((id) => ({ id, group: path })));
    selection.setPlaces(places);
  }, [view]);
  useEffect(() => () => selection.reset(), []);
}
