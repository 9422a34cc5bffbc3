// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are commands
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import type { View } from "../../sync/view-spec.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { type Catalog, useCatalog } from "../properties/catalog.ts";
import { useShown } from "../views/display.ts";
import type { ViewSettings } from "../views/search.ts";
import { useCollapsed } from "./collapsed.ts";
import { useItemDrag } from "./drag.ts";
import { flatten, type Line, placesOf } from "./flat.ts";
import { setListElement } from "./focus.ts";
import { GroupHead } from "./group-head.tsx";
import { ItemMenu } from "./item-menu.tsx";
import { useNarrow } from "./narrow.ts";
import { onItemClick } from "./pointer.ts";
import { QuickAdd } from "./quick-add.tsx";
import { Row, rowId } from "./row.tsx";
import type { Scene } from "./scene.ts";
import { selection } from "./selection.ts";
import { useRowHeight, useWindow } from "./window.ts";
import "./items.css";

interface ListProps {
  view: View;
  settings: ViewSettings;
  scene: Scene;
}

/** The items as rows in one scroll, with the heads of their groups. */
export function List(props: ListProps) {
  return (
    <ItemMenu className="flex min-h-0 flex-1 flex-col">
      <Grid {...props} />
    </ItemMenu>
  );
}

/** Only the lines in sight are drawn. Renders with each step of the scroll, so little stands around it. */
function Grid({ view, settings, scene }: ListProps) {
  const catalog = useCatalog();
  const shown = useShown(settings);
  const narrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const collapsed = useCollapsed(scene.scope, settings);
  const lines = useMemo(
    () => flatten(view, { grouped: settings.group !== null, collapsed, adding: scene.canCreate }),
    [view, settings.group, collapsed, scene.canCreate],
  );
  const rows = useWindow(lines, scroller, useRowHeight(narrow));
  const { focus, chosen } = useSyncExternalStore(selection.subscribe, selection.get);
  const registerDrag = useItemDrag(scroller);
  const engine = useEngine();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items, other keys
  const width = useMemo(() => keyWidth(catalog, engine, view), [catalog, engine, view.total]);
  usePlaces(lines);
  useFollowFocus(lines, rows.scrollToIndex);
  useLayoutEffect(() => {
    setListElement(scroller.current);
    return () => setListElement(null);
  }, []);

  const content = (line: Line, index: number) => {
    if (line.kind === "head") return <GroupHead line={line} index={index} settings={settings} scene={scene} />;
    if (line.kind === "add") return <QuickAdd path={line.path} index={index} settings={settings} scene={scene} />;
    return (
      <Row
        id={line.id}
        path={line.path}
        index={index}
        focused={focus?.id === line.id && focus.group === line.path}
        chosen={chosen.has(line.id)}
        catalog={catalog}
        shown={shown}
        base={scene.base}
        narrow={narrow}
        registerDrag={registerDrag}
      />
    );
  };

  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={scene.title}
      aria-multiselectable="true"
      aria-rowcount={lines.length}
      aria-activedescendant={focus ? rowId(focus.id, focus.group) : undefined}
      data-choosing={chosen.size > 0 ? "" : undefined}
      className="item-list @container min-h-0 flex-1 overflow-y-auto outline-none"
      style={{ "--key-width": width } as CSSProperties}
      onClick={(event) => onItemClick(event, scene)}
    >
      <div role="presentation" className="relative" style={{ height: rows.total }}>
        {rows.items.map(({ index, start, sticky }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <div
              key={lineKey(line)}
              role="presentation"
              className={sticky === null ? "item-line" : "item-line-sticky"}
              style={sticky === null ? { transform: `translateY(${start}px)` } : { top: sticky }}
            >
              {content(line, index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function lineKey(line: Line): string {
  return line.kind === "item" ? `${line.path} ${line.id}` : `${line.kind} ${line.path}`;
}

/** Wide enough for the longest key, so that titles begin at one line. */
function keyWidth(catalog: Catalog, engine: Engine, { ids }: View): string {
  const table = engine.table("work_item");
  const longest = new Map<Id, number>();
  for (const id of ids) {
    const item = table.get(id);
    if (item) longest.set(item.project, Math.max(longest.get(item.project) ?? 0, item.sequence_id));
  }
  // A capital letter is wider than a digit, by which `ch` goes.
  const widths = [...longest].map(
    ([project, number]) => 1.15 * (catalog.project(project)?.identifier.length ?? 0) + 1 + String(number).length,
  );
  return `${Math.max(5, ...widths).toFixed(1)}ch`;
}

/** Tells the selection what is on the screen. */
function usePlaces(lines: readonly Line[]): void {
  useLayoutEffect(() => selection.setPlaces(placesOf(lines)), [lines]);
}

/** Keeps the focused item in sight when the focus moves. */
function useFollowFocus(lines: readonly Line[], scrollTo: (index: number) => void): void {
  const now = useRef({ lines, scrollTo });
  now.current = { lines, scrollTo };
  useEffect(() => {
    let last = selection.get().focus;
    return selection.subscribe(() => {
      const { focus } = selection.get();
      if (focus === last) return;
      last = focus;
      if (!focus) return;
      const index = now.current.lines.findIndex(
        (line) => line.kind === "item" && line.id === focus.id && line.path === focus.group,
      );
      if (index >= 0) now.current.scrollTo(index);
    });
  }, []);
}
