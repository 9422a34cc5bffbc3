/** The engine of the workspace on the screen: one, kept while the user looks at something outside of it. */

import { useSyncExternalStore } from "react";
import { keepRefused, offerRefused } from "../features/create/refused.ts";
import type { Engine } from "../sync/contract.ts";
import { createEngine } from "../sync/engine.ts";
import { toast } from "../ui/toast.tsx";

let current: Engine | null = null;
/** Ends what goes on beside the engine. */
let stopTexts: () => void = () => {};
const listeners = new Set<() => void>();

export function currentEngine(): Engine | null {
  return current;
}

export function useCurrentEngine(): Engine | null {
  return useSyncExternalStore(subscribe, currentEngine);
}

/** The engine of this workspace; that of another one is closed. */
export function openEngine(slug: string, userId: string): Engine {
  if (current?.slug === slug && current.userId === userId) return current;
  stopTexts();
  void current?.close();
  const engine = createEngine({ slug, userId });
  engine.onRefused((refused) => {
    if (keepRefused(engine, refused)) return;
    const { label, reason, requestId } = refused;
    toast(`${label}: not done`, {
      tone: "danger",
      detail: reason,
      ...(requestId ? { action: copying(requestId) } : {}),
    });
  });
  engine.onUndoable((label) => {
    toast(label, { key: "undo", action: { label: "Undo", keys: "$mod+z", run: () => void engine.undo() } });
  });
  void offerRefused(engine);
  current = engine;
  void import("../features/detail/resume.ts").then(({ resumeTexts }) => {
    if (current === engine) stopTexts = resumeTexts(engine);
  });
  for (const listener of listeners) listener();
  return engine;
}

/** Stops; `wipe` also removes what is kept on disk of this workspace. */
export async function closeEngine(wipe: boolean): Promise<void> {
  const engine = current;
  current = null;
  stopTexts();
  for (const listener of listeners) listener();
  await engine?.close(wipe);
}

function copying(requestId: string): { label: string; run: () => void } {
  return { label: "Copy id", run: () => void navigator.clipboard.writeText(requestId) };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
