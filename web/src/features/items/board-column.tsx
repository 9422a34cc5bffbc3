// biome-ignore-all lint/a11y/useSemanticElements: a list whose lines are not all there
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Plus } from "lucide-react";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Group } from "../../sync/view-spec.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Count } from "../../ui/chip.tsx";
import { useCatalog } from "../properties/catalog.ts";
import { useShown } from "../views/display.ts";
import type { ViewSettings } from "../views/search.ts";
import { Card } from "./card.tsx";
import { createIn } from "./create-in.ts";
import { groupTarget, type RegisterDrag } from "./drag.ts";
import { keysOf } from "./flat.ts";
import { GroupName } from "./group-head.tsx";
import { QuickField, useQuickAdd } from "./quick-add.tsx";
import type { Scene } from "./scene.ts";
import { selection } from "./selection.ts";

export interface ColumnProps {
  group: Group;
  path: string;
  settings: ViewSettings;
  scene: Scene;
}

export function ColumnHead({ group, path, settings, scene }: ColumnProps) {
  return (
    <h2 className="board-head">
      {settings.group && <GroupName groupKey={settings.group} value={group.key} />}
      <Count>{group.count.toLocaleString("en")}</Count>
      {scene.canCreate && (
        <IconButton
          size="sm"
          label="Add item"
          className="ml-auto"
          onClick={() => createIn(scene, settings, keysOf(path))}
        >
          <Plus aria-hidden="true" />
        </IconButton>
      )}
    </h2>
  );
}

/** A guess until a card is drawn and measured. */
const cardHeight = 84;

/** The cards of one group in a scroll of their own. */
export function BoardColumn({
  group,
  path,
  settings,
  scene,
  registerDrag,
}: ColumnProps & { registerDrag: RegisterDrag }) {
  const scroller = useRef<HTMLDivElement>(null);
  const catalog = useCatalog();
  const shown = useShown(settings);
  const { focus, chosen } = useSyncExternalStore(selection.subscribe, selection.get);
  const { ids } = group;
  const getItemKey = useCallback((index: number) => ids[index] ?? index, [ids]);
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey,
    overscan: 2,
    gap: 8,
    paddingStart: 2,
    paddingEnd: 8,
    useFlushSync: false,
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const stops = [
      autoScrollForElements({ element, getAllowedAxis: () => "vertical" }),
      groupTarget(element.closest<HTMLElement>("[data-column]") ?? element, path, true),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [path]);
  const at = focus?.group === path ? ids.indexOf(focus.id) : -1;
  const { scrollToIndex } = virtualizer;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the focus moves
  useEffect(() => {
    if (at < 0) return;
    scrollToIndex(at, { align: "auto" });
    scroller.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [focus]);

  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys */}
      <div ref={scroller} role="list" tabIndex={0} aria-label={`${ids.length} items`} className="board-scroll">
        <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const id = ids[index];
            if (id === undefined) return null;
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                role="listitem"
                aria-setsize={ids.length}
                aria-posinset={index + 1}
                className="board-line"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Card
                  id={id}
                  path={path}
                  focused={focus?.id === id && focus.group === path}
                  chosen={chosen.has(id)}
                  catalog={catalog}
                  shown={shown}
                  base={scene.base}
                  registerDrag={registerDrag}
                />
              </div>
            );
          })}
        </div>
      </div>
      {scene.canCreate && <ColumnAdd path={path} settings={settings} scene={scene} />}
    </>
  );
}

function ColumnAdd({ path, settings, scene }: Omit<ColumnProps, "group">) {
  const [writing, setWriting] = useState(false);
  const add = useQuickAdd(path, settings, scene);
  const { project } = scene;
  if (writing) {
    return (
      <div className="board-add flex rounded-control border border-line-strong bg-raised px-2">
        <QuickField onAdd={add} onDone={() => setWriting(false)} />
      </div>
    );
  }
  return (
    <Button
      variant="ghost"
      size="sm"
      icon={<Plus aria-hidden="true" />}
      className="board-add justify-start!"
      onClick={() => (project === null ? createIn(scene, settings, keysOf(path)) : setWriting(true))}
    >
      Add item
    </Button>
  );
}
