/** Which picker is open, and for what. One host draws it, so that rows by the thousand carry plain buttons only. */

import { store } from "../../lib/store.ts";
import type { Id } from "../../sync/rows.ts";
import { focusList } from "../items/focus.ts";
import type { EditableProperty } from "./edit.ts";

/** Values of something that is not saved yet, such as the item in the create dialog. */
export interface Draft {
  readonly project: Id;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

export interface PickRequest {
  readonly property: EditableProperty;
  readonly target: { readonly items: readonly Id[] } | { readonly draft: Draft };
  /** Where it stands. */
  readonly rect: DOMRect;
}

const current = store<PickRequest | null>(null);
/** What had the focus when the picker opened. */
let before: HTMLElement | null = null;

export const picking = current.get;
export const usePicking = (): PickRequest | null => current.use();

function set(request: PickRequest | null): void {
  if (request && !current.get()) before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  current.set(request);
}

/** Gives the focus back at once: the next key may follow right away. */
export function closePicker(): void {
  set(null);
  if (before?.isConnected) before.focus({ preventScroll: true });
  else focusList();
  before = null;
}

/** Opens the picker of a property for these items, at `anchor`, or where they stand on the screen. */
export function pick(property: EditableProperty, items: readonly Id[], anchor?: Element | null): void {
  if (items.length === 0) return;
  set({ property, target: { items }, rect: rectOf(anchor ?? placeOnScreen(property, items)) });
}

export function pickDraft(property: EditableProperty, draft: Draft, anchor: Element): void {
  set({ property, target: { draft }, rect: rectOf(anchor) });
}

/** The value in the item's own place, the item, or the bar that speaks of the chosen ones. */
function placeOnScreen(property: EditableProperty, items: readonly Id[]): Element | null {
  const bar = items.length > 1 ? document.querySelector(`[data-bulk] [data-pick="${property}"]`) : null;
  if (bar) return bar;
  for (const item of items) {
    const places = [...document.querySelectorAll(`[data-item="${CSS.escape(item)}"]`)].reverse();
    for (const place of places) {
      const value = place.querySelector(`[data-pick="${property}"]`);
      if (value && value.getBoundingClientRect().width > 0) return value;
    }
    const title = places[0]?.querySelector("[data-title]") ?? places[0];
    if (title) return title;
  }
  return null;
}

function rectOf(anchor: Element | null): DOMRect {
  return anchor?.getBoundingClientRect() ?? new DOMRect(innerWidth / 2 - 120, innerHeight / 4, 240, 0);
}
