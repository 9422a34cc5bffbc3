/** Clicks on rows and cards, heard once for all of them. */

import type { MouseEvent } from "react";
import { editable } from "../properties/definitions.ts";
import type { EditableProperty } from "../properties/edit.ts";
import { pick } from "../properties/picking.ts";
import type { Scene } from "./scene.ts";
import { type Place, selection } from "./selection.ts";

export function placeAt(target: EventTarget | null): Place | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-item][data-group]") : null;
  const { item, group } = element?.dataset ?? {};
  return item !== undefined && group !== undefined ? { id: item, group } : null;
}

export function onItemClick(event: MouseEvent, scene: Scene): void {
  const place = placeAt(event.target);
  if (!place || event.defaultPrevented || !(event.target instanceof Element)) return;
  const property = propertyAt(event.target);
  if (property) {
    event.preventDefault();
    const items = selection.isChosen(place.id) ? selection.items() : [place.id];
    pick(property, items, event.target.closest("[data-pick]"));
    return;
  }
  if (event.target.matches("input:not([type=checkbox])")) return;
  const checkbox = event.target.closest("input[type=checkbox]") !== null;
  if (event.shiftKey) {
    event.preventDefault();
    selection.extendTo(place);
  } else if (checkbox || (isTouch(event) && selection.get().chosen.size > 0)) {
    if (!checkbox) event.preventDefault();
    selection.toggle(place);
  } else if (event.ctrlKey || event.metaKey) {
    // On the title the browser opens the item's page in a new tab.
    if (!event.target.closest("a")) selection.toggle(place);
  } else {
    event.preventDefault();
    selection.focus(place);
    scene.open(place.id);
  }
}

function isTouch(event: MouseEvent): boolean {
  return event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === "touch";
}

function propertyAt(target: Element): EditableProperty | null {
  const name = target.closest<HTMLElement>("[data-pick]")?.dataset.pick;
  return editable.some(({ id }) => id === name) ? (name as EditableProperty) : null;
}
