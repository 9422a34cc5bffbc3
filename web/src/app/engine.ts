/** The engine of the workspace on the screen: one, kept while the user looks at something outside of it. */

import { useSyncExternalStore } from "react";
import { keepRefused, offerRefused } from "../features/create/refused.ts";
import type { Engine } from "../sync/contract.ts";
import { createEngine } from "../sync/engine.ts";
import { toast } from "../ui/toast.tsx";
import { type Doing, doings, GONE } from "./doings.ts";

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
  offerUndo(engine);
  void offerRefused(engine);
  doings.clear();
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

/** What is offered is this step, and nothing else if it cannot be taken back any more. */
function offerUndo(engine: Engine): void {
  let offered: { step: string; dismiss: () => void } | null = null;
  const say = async (done: Promise<string | null>, word: string, never: string) => {
    const label = await done;
    toast(label ? `${word}: ${label}` : never, { key: "undo" });
  };
  engine.onUndoable(({ step, label }) => {
    const doing: Doing = {
      step,
      undo: () => {
        void say(engine.undo(step), "Undone", GONE);
        return true;
      },
      redo: () => {
        void say(engine.redo(), "Done again", "Nothing to redo");
        return true;
      },
    };
    doings.did(doing);
    const run = () => void (doings.undo(doing) || toast(GONE, { key: "undo" }));
    offered = { step, dismiss: toast(label, { key: "undo", action: { label: "Undo", keys: "$mod+z", run } }) };
  });
  engine.onForgotten((step) => {
    doings.forgetStep(step);
    if (offered?.step === step) offered.dismiss();
  });
}

function copying(requestId: string): { label: string; run: () => void } {
  return { label: "Copy id", run: () => void navigator.clipboard.writeText(requestId) };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
