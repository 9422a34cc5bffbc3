/** What is kept of a user in this browser, of all workspaces, whether an engine runs or not. */

import { deleteDB, openDB } from "idb";
import { readDrafts, wipeDrafts } from "./drafts.ts";
import type { Id } from "./rows.ts";

export function databaseName(userId: Id, slug: string): string {
  return `aileron:${userId}:${slug}`;
}

/** Removes all of it. Engines that still run fall back to memory. */
export async function wipeUser(userId: Id): Promise<void> {
  const databases = await databasesOf(userId);
  await Promise.all([wipeDrafts(userId), ...databases.map((name) => deleteDB(name).catch(() => {}))]);
}

const LEFT = "aileron:left";

/** Tells the other tabs that he has left on purpose, and nothing of him is to stay in this browser. */
export function sayLeft(userId: Id): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(LEFT);
  channel.postMessage(userId);
  channel.close();
}

/** Told of who has left in another tab. Returns how to stop. */
export function onLeft(listener: (userId: Id) => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(LEFT);
  channel.onmessage = ({ data }) => listener(data as Id);
  return () => channel.close();
}

/** How much of it the server does not have. The running engine counts its own changes: those on disk may be confirmed already. */
export async function countUnsent(userId: Id, running?: { slug: string; unsent: number }): Promise<number> {
  const own = running && databaseName(userId, running.slug);
  const others = (await databasesOf(userId)).filter((name) => name !== own);
  const [drafts, ...changes] = await Promise.all([readDrafts(`${userId}/`), ...others.map(countChanges)]);
  // Name and text of a new item are one thing to lose.
  const texts = new Set(drafts.map(({ key }) => key.replace(/\/(name|text)$/, "")));
  return changes.reduce((sum, count) => sum + count, texts.size + (running?.unsent ?? 0));
}

async function databasesOf(userId: Id): Promise<string[]> {
  try {
    const prefix = databaseName(userId, "");
    return (await indexedDB.databases()).map(({ name = "" }) => name).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

async function countChanges(name: string): Promise<number> {
  try {
    // Another tab may just have removed it: then it is not made anew.
    const db = await openDB(name, undefined, { upgrade: (_db, _from, _to, tx) => tx.abort() });
    try {
      return await db.count("changes");
    } finally {
      db.close();
    }
  } catch {
    return 0;
  }
}
