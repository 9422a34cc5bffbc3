/** Dragging rows and cards. While something is dragged nothing renders: the mark of the place is an attribute. */

import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type RefObject, useCallback, useEffect } from "react";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { catalogOf } from "../properties/catalog.ts";
import { itemsOf, namesOf } from "../properties/edit.ts";
import { mayEdit } from "../properties/rights.ts";
import { groupAt, moveItems } from "./moves.ts";
import { currentStage } from "./scene.ts";
import { selection } from "./selection.ts";

interface Dragged extends Record<string | symbol, unknown> {
  readonly kind: "items";
  readonly ids: readonly Id[];
  readonly from: string;
}

function isDragged(data: Record<string | symbol, unknown>): data is Dragged {
  return data.kind === "items";
}

export type RegisterDrag = (element: HTMLElement, id: Id, path: string) => () => void;

/** Makes the rows or cards of a list draggable, and scrolls it while something is held at its edge. */
export function useItemDrag(scroller: RefObject<HTMLElement | null>): RegisterDrag {
  const engine = useEngine();
  useEffect(() => {
    const element = scroller.current;
    return combine(
      element ? autoScrollForElements({ element, canScroll: ({ source }) => isDragged(source.data) }) : () => undefined,
      monitorForElements({
        canMonitor: ({ source }) => isDragged(source.data),
        onDrop: ({ source, location }) => {
          const target = location.current.dropTargets[0];
          const stage = currentStage();
          if (!target || !stage || !isDragged(source.data)) return;
          const { ids, from } = source.data;
          const to = String(target.data.path);
          const before = beforeOf(target.data, stage.view, to, ids);
          moveItems(engine, stage.view, stage.settings, { ids, from, to, before });
        },
      }),
    );
  }, [engine, scroller]);
  return useCallback(
    (element, id, path) => {
      const label = (ids: readonly Id[]) => namesOf(catalogOf(engine), itemsOf(engine, ids));
      return combine(source(element, id, path, label, engine), target(element, id, path));
    },
    [engine],
  );
}

function source(
  element: HTMLElement,
  id: Id,
  path: string,
  label: (ids: readonly Id[]) => string,
  engine: Engine,
): () => void {
  const held = () => (selection.isChosen(id) ? selection.items() : [id]);
  return draggable({
    element,
    canDrag: () => itemsOf(engine, held()).every((item) => mayEdit(catalogOf(engine), item)),
    getInitialData: (): Dragged => ({ kind: "items", ids: held(), from: path }),
    onGenerateDragPreview: ({ nativeSetDragImage }) => {
      setCustomNativeDragPreview({
        nativeSetDragImage,
        getOffset: pointerOutsideOfPreview({ x: "12px", y: "8px" }),
        render: ({ container }) => {
          const preview = document.createElement("div");
          preview.className = "drag-preview";
          preview.textContent = label(held());
          container.append(preview);
        },
      });
    },
    onDragStart: () => {
      element.dataset.dragged = "";
    },
    onDrop: () => {
      delete element.dataset.dragged;
    },
  });
}

/** An item to drop before or after; where the order is not by hand, only its group counts. */
function target(element: HTMLElement, id: Id, path: string): () => void {
  const mark = (edge: Edge | null) => {
    if (edge) element.dataset.edge = edge;
    else delete element.dataset.edge;
  };
  const show = (data: Record<string | symbol, unknown>) => {
    const byHand = currentStage()?.settings.order.key === "manual";
    mark(byHand ? extractClosestEdge(data) : null);
    if (!byHand) markGroup(element, true);
  };
  const hide = () => {
    mark(null);
    markGroup(element, false);
  };
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => isDragged(source.data),
    getData: ({ input, element: place }) =>
      attachClosestEdge({ path, before: id }, { input, element: place, allowedEdges: ["top", "bottom"] }),
    onDrag: ({ self }) => show(self.data),
    onDragLeave: hide,
    onDrop: hide,
  });
}

function markGroup(element: HTMLElement, on: boolean): void {
  const column = element.closest<HTMLElement>("[data-column]");
  if (!column) return;
  if (on) column.dataset.over = "";
  else delete column.dataset.over;
}

/** A head or a column to drop into: at the front of a list's group, at the end of a column. */
export function groupTarget(element: HTMLElement, path: string, end = false): () => void {
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => isDragged(source.data),
    getData: () => ({ path, end }),
    onDrag: ({ location, self }) => {
      if (location.current.dropTargets[0]?.element === self.element) element.dataset.over = "";
      else delete element.dataset.over;
    },
    onDragLeave: () => {
      delete element.dataset.over;
    },
    onDrop: () => {
      delete element.dataset.over;
    },
  });
}

function beforeOf(
  data: Record<string | symbol, unknown>,
  view: Parameters<typeof groupAt>[0],
  path: string,
  moved: readonly Id[],
): Id | null {
  if (data.end === true) return null;
  const ids = groupAt(view, path)?.ids ?? [];
  const free = (from: number) => ids.slice(from).find((id) => !moved.includes(id)) ?? null;
  if (typeof data.before !== "string") return free(0);
  const at = ids.indexOf(data.before);
  return free(extractClosestEdge(data) === "bottom" ? at + 1 : at);
}
