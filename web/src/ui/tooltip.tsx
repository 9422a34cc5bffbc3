/** One tooltip for the whole app. Whatever has `tip(...)` among its attributes shows it; rows by the thousand cost nothing. */

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Kbd } from "./kbd.tsx";

interface Tip {
  "data-tip": string;
  "data-tip-keys"?: string;
}

export function tip(text: string, keys?: string): Tip {
  return keys ? { "data-tip": text, "data-tip-keys": keys } : { "data-tip": text };
}

/** Time before the first one; the next follows at once while the pointer moves along a row of buttons. */
const DELAY = 500;
const WARM = 400;
const GAP = 6;

interface Shown {
  readonly target: Element;
  readonly text: string;
  readonly keys: string | undefined;
}

/** Shows the tips. Once, at the root of the app. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => listen(setShown, () => box.current), []);
  useLayoutEffect(() => {
    if (shown && box.current) place(box.current, shown.target);
  }, [shown]);
  if (!shown) return null;
  return (
    <div
      ref={box}
      aria-hidden="true"
      className="fixed top-0 left-0 z-70 flex max-w-80 items-center gap-2 rounded-control border border-line bg-raised px-2 py-1 text-12 text-text shadow-float"
    >
      {shown.text}
      {shown.keys && <Kbd keys={shown.keys} />}
    </div>
  );
}

/** Watches pointer and focus. What is hovered may be the tip itself: it stays then, and Escape takes it away. */
function listen(show: (tip: Shown | null) => void, box: () => Element | null): () => void {
  let current: Element | null = null;
  let timer = 0;
  let hiddenAt = 0;
  const hide = () => {
    clearTimeout(timer);
    if (current) hiddenAt = performance.now();
    current = null;
    show(null);
  };
  const offer = (target: Element, delay: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const text = target.getAttribute("data-tip");
      if (!text || !target.isConnected) return;
      current = target;
      show({ target, text, keys: target.getAttribute("data-tip-keys") ?? undefined });
    }, delay);
  };
  const over = (event: PointerEvent) => {
    if (event.pointerType === "touch" || !(event.target instanceof Element) || box()?.contains(event.target)) return;
    const target = event.target.closest("[data-tip]");
    if (target === current && current) return;
    if (current) hide();
    clearTimeout(timer);
    if (target) offer(target, performance.now() - hiddenAt < WARM ? 0 : DELAY);
  };
  let byTab = false;
  const focused = (event: FocusEvent) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    // Not where a dialog puts the focus when it opens: nobody asked what that button is.
    if (target && byTab) offer(target, DELAY);
    else if (current) hide();
  };
  const key = (event: KeyboardEvent) => {
    byTab = event.key === "Tab";
    if (event.key === "Escape" || current) hide();
  };
  const stop = new AbortController();
  const options = { signal: stop.signal, capture: true, passive: true };
  addEventListener("pointerover", over, options);
  addEventListener("focusin", focused, options);
  addEventListener("pointerdown", hide, options);
  addEventListener("keydown", key, options);
  addEventListener("scroll", () => current && hide(), options);
  addEventListener("blur", () => current && hide(), { signal: stop.signal });
  document.documentElement.addEventListener("pointerleave", hide, { signal: stop.signal });
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

/** Below its target, or above where there is no room; never outside of the window. */
function place(box: HTMLElement, target: Element): void {
  const at = target.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = at.bottom + GAP + size.height <= innerHeight;
  const top = below ? at.bottom + GAP : at.top - GAP - size.height;
  const left = Math.min(Math.max(at.left + at.width / 2 - size.width / 2, GAP), innerWidth - size.width - GAP);
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
