/** One saver for each text that is being written: it goes on after its panel is closed, until the server has the text. */

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { type SaveState, type Shelf, type Stored, TextSaver } from "../../editor/draft/saver.ts";
import { dropDraft, keepDraft, readDraft } from "../../sync/drafts.ts";
import { type Address, remoteText } from "./remote.ts";

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
  if (known && (known.get().kind !== "saved" || known.isWatched())) return known;
  known?.stop();
  const made = new TextSaver(key, opened, remoteText(at), shelfOf(at));
  savers.set(key, made);
  return made;
}

/** With the project, so that the text can be sent without its panel at the next start. */
function shelfOf({ project }: Address): Shelf {
  return { read: readDraft, keep: (draft) => keepDraft({ ...draft, project }), drop: dropDraft };
}

export function useSaver(key: string, at: Address, opened: Stored): { saver: TextSaver; state: SaveState } {
  // Made for the text that was there first; later texts reach it by `refresh`.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const saver = useMemo(() => saverOf(key, at, opened), [key]);
  const state = useSyncExternalStore(saver.subscribe, saver.get);
  useEffect(() => {
    // Where the panel is drawn twice, the first end was none.
    if (!savers.has(key)) savers.set(key, saver);
    return () => void saver.flush().then(() => letGo(key, saver));
  }, [key, saver]);
  return { saver, state };
}

/** Forgets a saver that nobody looks at, once the server has its text. */
export function letGo(key: string, saver: TextSaver): void {
  if (savers.get(key) !== saver || saver.isWatched()) return;
  if (saver.get().kind === "saved") {
    saver.stop();
    savers.delete(key);
    return;
  }
  const stop = saver.subscribe(() => {
    if (saver.get().kind !== "saved") return;
    stop();
    letGo(key, saver);
  });
}

/** Whether one is at work there, or about to be. */
export function hasSaver(key: string): boolean {
  return savers.has(key);
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

/** Asks again when there is a connection again, and keeps what is typed when the page goes. Once, for all of them. */
function listen(): void {
  addEventListener("online", () => {
    for (const saver of savers.values()) saver.retry();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void flushSavers();
  });
}

listen();
