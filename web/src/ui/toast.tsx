import { X } from "lucide-react";
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { store } from "../lib/store.ts";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./classes.ts";
import { Kbd } from "./kbd.tsx";

export interface ToastOptions {
  /** A second line: why, or what to do. */
  detail?: string | undefined;
  tone?: "plain" | "danger" | undefined;
  action?: { label: string; keys?: string; run: () => void } | undefined;
  /** Until it goes by itself; 0: stays. Left out: 6 s, for what went wrong 12 s. */
  ms?: number | undefined;
  /** A toast takes the place of the one with the same key. */
  key?: string | undefined;
}

interface Shown extends ToastOptions {
  readonly id: number;
  readonly message: string;
}

const MOST = 3;
let next = 1;
let shown: readonly Shown[] = [];
const listeners = new Set<() => void>();

/** Says something at the bottom of the screen. Returns how to take it away. */
export function toast(message: string, options: ToastOptions = {}): () => void {
  const made = { ...options, id: next++, message };
  const others = shown.filter((other) => !options.key || other.key !== options.key);
  // What goes by itself makes room before what stays.
  const going = [...others.filter(({ ms }) => ms !== 0), ...others.filter(({ ms }) => ms === 0)];
  const gone = new Set(going.slice(0, Math.max(0, others.length + 1 - MOST)));
  set([...others.filter((other) => !gone.has(other)), made]);
  return () => dismiss(made.id);
}

function dismiss(id: number): void {
  set(shown.filter((toast) => toast.id !== id));
}

function set(toasts: readonly Shown[]): void {
  shown = toasts;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const lifted = store(false);

/** While what calls it is on the screen, a bar at the foot of it, the toasts stand above it. */
export function useLiftedToasts(): void {
  // Not by a selector that looks for the bar: with `:has` every element that comes or goes has much styled anew.
  useLayoutEffect(() => {
    lifted.set(true);
    return () => lifted.set(false);
  }, []);
}

/** Shows the toasts. Once, at the root of the app. */
export function ToastLayer() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  const high = lifted.use();
  return (
    <section
      aria-label="Messages"
      className={cx(
        "pointer-events-none fixed inset-x-3 z-60 flex flex-col items-center gap-2",
        high
          ? "bottom-17 max-sm:bottom-[calc(132px+env(safe-area-inset-bottom))]"
          : "bottom-4 max-sm:bottom-[calc(64px+env(safe-area-inset-bottom))]",
      )}
    >
      {toasts.map((toast) => (
        <Toast key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Toast({ toast }: { toast: Shown }) {
  const [held, setHeld] = useState(false);
  const { id, tone = "plain", action } = toast;
  const ms = toast.ms ?? (tone === "danger" ? 12_000 : 6_000);
  useEffect(() => {
    if (held || ms === 0) return;
    const timer = setTimeout(() => dismiss(id), ms);
    return () => clearTimeout(timer);
  }, [held, ms, id]);
  const act = () => {
    dismiss(id);
    action?.run();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer or focus on it keeps it, so that nobody has to be quick
    <div
      role={tone === "danger" ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="toast pointer-events-auto flex max-w-120 items-center gap-3 rounded-panel border border-line bg-raised py-2 pr-2 pl-3.5 text-13 shadow-float"
    >
      <div className="min-w-0 flex-1">
        <p className={tone === "danger" ? "font-medium text-danger" : "font-medium"}>{toast.message}</p>
        {toast.detail && <p className="text-12 text-muted">{toast.detail}</p>}
      </div>
      {action && (
        <Button size="sm" onClick={act}>
          {action.label}
          {action.keys && <Kbd keys={action.keys} />}
        </Button>
      )}
      <IconButton size="sm" label="Dismiss" onClick={() => dismiss(id)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
