/** Rows that are dragged among each other by their handle. */

import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type RefObject, useEffect, useRef, useState } from "react";

export interface Draggable {
  /** What of the list is dragged; rows of different lists do not mix. */
  readonly list: string;
  readonly id: string;
  /** Told where another row was let go: before or after this one. */
  readonly onDrop: (id: string, place: "before" | "after") => void;
}

export interface Dragging {
  readonly row: RefObject<HTMLLIElement | null>;
  readonly handle: RefObject<HTMLButtonElement | null>;
  /** Where the line is drawn while another row is over this one. */
  readonly over: "before" | "after" | null;
  readonly dragged: boolean;
}

export function useDrag({ list, id, onDrop }: Draggable): Dragging {
  const row = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  const [over, setOver] = useState<Dragging["over"]>(null);
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    const element = row.current;
    const dragHandle = handle.current;
    if (!element || !dragHandle) return;
    return combine(
      draggable({
        element,
        dragHandle,
        getInitialData: () => ({ list, id }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.list === list && source.data.id !== id,
        getData: ({ input }) => attachClosestEdge({ id }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self }) => setOver(placeOf(extractClosestEdge(self.data))),
        onDragLeave: () => setOver(null),
        onDrop: ({ self, source }) => {
          setOver(null);
          drop.current(String(source.data.id), placeOf(extractClosestEdge(self.data)));
        },
      }),
    );
  }, [list, id]);
  return { row, handle, over, dragged };
}

function placeOf(edge: string | null): "before" | "after" {
  return edge === "top" ? "before" : "after";
}
