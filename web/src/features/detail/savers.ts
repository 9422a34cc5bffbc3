/** One saver for each text that is being written: it goes on after its panel is closed, until the server has the text. */

import { useMemo, useSyncExternalStore } from "react";
import { type SaveState, type Stored, TextSaver } from "../../editor/draft/saver.ts";
import { dropDraft, keepDraft, readDraft } from "../../sync/drafts.ts";
import { type Address, remoteText } from "./remote.ts";

const shelf = { read: readDraft, keep: keepDraft, drop: dropDraft };
const savers = new Map<string, TextSaver>();

export function descriptionKey(user: string, { slug, item }: Address): string {
  return `${user}/${slug}/item/${item}/description`;
}

/** What is typed there and not on the server. */
export function typedText(key: string): string | null {
  return savers.get(key)?.typed() ?? null;
}

/** The one that is at work, else a new one for the text as it was read. */
export function saverOf(key: string, at: Address, opened: Stored): TextSaver {
  const known = savers.get(key);
  if (known && known.get().kind !== "saved") return known;
  known?.stop();
  const made = new TextSaver(key, opened, remoteText(at), shelf);
  savers.set(key, made);
  return made;
}

export function useSaver(key: string, at: Address, opened: Stored): { saver: TextSaver; state: SaveState } {
  // Made for the text that was there first; later texts reach it by `refresh`.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const saver = useMemo(() => saverOf(key, at, opened), [key]);
  return { saver, state: useSyncExternalStore(saver.subscribe, saver.get) };
}

/** Saves what can be saved; what cannot be lies on the shelf then. */
export async function flushSavers(): Promise<void> {
  await Promise.all([...savers.values()].map((saver) => saver.flush()));
}

/** When somebody signs out: saves what can be saved, then lets go of all. */
export async function settleSavers(): Promise<void> {
  const all = [...savers.values()];
  savers.clear();
  await Promise.all(all.map((saver) => saver.flush()));
  for (const saver of all) saver.stop();
}

/** Asks again when there is a connection again, and keeps what is typed when the page goes. */
export function startSavers(): () => void {
  const again = () => {
    for (const saver of savers.values()) saver.retry();
  };
  const hidden = () => {
    if (document.visibilityState === "hidden") for (const saver of savers.values()) void saver.flush();
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    removeEventListener("online", again);
    document.removeEventListener("visibilitychange", hidden);
  };
}
