/** The element that has the keys of the list or board on the screen. */

let element: HTMLElement | null = null;

export function setListElement(next: HTMLElement | null): void {
  element = next;
}

/** Gives the list its keys back, after a field or a dialog had them. */
export function focusList(): void {
  element?.focus({ preventScroll: true });
}

/** Whether the keys of the list are its own now: it or nothing else has the focus. */
export function listHasKeys(): boolean {
  const active = document.activeElement;
  return element !== null && (active === null || active === document.body || element.contains(active));
}

export function hasList(): boolean {
  return element !== null;
}
