/** Text that the server does not have yet, and the texts that were seen last: kept in this browser, so that nothing typed is lost and what was
    read once can be read without a connection. Where nothing can be kept on disk it is kept until the page is closed. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface Draft {
  /** Whose, where and of what: `user/workspace/…`, the user first, so that all of his can be found. */
  readonly key: string;
  readonly html: string;
  /** The text on the server that it was made from; null: none, it is new. */
  readonly base: string | null;
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
  /** Under which idempotency key it is being sent. Without one it is still being written. */
  readonly sending?: string;
}

/** Something read from the server, such as the description of an item. */
interface Seen {
  readonly key: string;
  readonly value: unknown;
  readonly at: number;
}

interface Tables extends DBSchema {
  drafts: { key: string; value: Draft };
  seen: { key: string; value: Seen; indexes: { at: number } };
}

const NAME = "aileron-drafts";
/** So many seen texts are kept. */
const MOST_SEEN = 400;

let opening: Promise<IDBPDatabase<Tables> | null> | undefined;
const drafts = new Map<string, Draft>();
const seen = new Map<string, unknown>();
/** Of whom nothing is kept any more until the page is loaded anew, as it is after he has left. */
const left: string[] = [];

/** null: this browser keeps nothing, as in some private windows. */
function open(): Promise<IDBPDatabase<Tables> | null> {
  opening ??= openDB<Tables>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("drafts", { keyPath: "key" });
      db.createObjectStore("seen", { keyPath: "key" }).createIndex("at", "at");
    },
    blocking: () => void close(),
    terminated: () => {
      opening = undefined;
    },
  }).catch(() => null);
  return opening;
}

async function close(): Promise<void> {
  const db = await opening;
  opening = undefined;
  db?.close();
}

/** What is in memory counts; the disk is there for the next start. */
async function onDisk<T>(work: (db: IDBPDatabase<Tables>) => Promise<T>): Promise<T | undefined> {
  const db = await open();
  if (!db) return undefined;
  try {
    return await work(db);
  } catch {
    return undefined;
  }
}

export async function readDraft(key: string): Promise<Draft | undefined> {
  return drafts.get(key) ?? (await onDisk((db) => db.get("drafts", key)));
}

/** All whose key begins so. */
export async function readDrafts(prefix: string): Promise<readonly Draft[]> {
  const stored = (await onDisk((db) => db.getAll("drafts", IDBKeyRange.bound(prefix, `${prefix}\uffff`)))) ?? [];
  const found = new Map(stored.map((draft) => [draft.key, draft]));
  for (const draft of drafts.values()) if (draft.key.startsWith(prefix)) found.set(draft.key, draft);
  return [...found.values()].sort((a, b) => a.at - b.at);
}

export async function keepDraft(draft: Draft): Promise<void> {
  if (hasLeft(draft.key)) return;
  drafts.set(draft.key, draft);
  await onDisk((db) => db.put("drafts", draft));
}

export async function dropDraft(key: string): Promise<void> {
  drafts.delete(key);
  await onDisk((db) => db.delete("drafts", key));
}

export async function readSeen<T>(key: string): Promise<T | undefined> {
  if (seen.has(key)) return seen.get(key) as T;
  const stored = await onDisk((db) => db.get("seen", key));
  return stored?.value as T | undefined;
}

/** What was seen in this session, without waiting. */
export function peekSeen<T>(key: string): T | undefined {
  return seen.get(key) as T | undefined;
}

export async function keepSeen(key: string, value: unknown): Promise<void> {
  if (hasLeft(key)) return;
  seen.set(key, value);
  if (seen.size > MOST_SEEN) seen.delete(seen.keys().next().value ?? key);
  await onDisk(async (db) => {
    const tx = db.transaction("seen", "readwrite");
    await tx.store.put({ key, value, at: Date.now() });
    const count = await tx.store.count();
    if (count > MOST_SEEN) {
      const oldest = await tx.store.index("at").openKeyCursor();
      if (oldest) await tx.store.delete(oldest.primaryKey);
    }
    await tx.done;
  });
}

export async function dropSeen(key: string): Promise<void> {
  seen.delete(key);
  await onDisk((db) => db.delete("seen", key));
}

/** He has left: what still comes of him in this tab, such as an answer to what was asked before, is not kept. */
export function keepNoMore(userId: string): void {
  left.push(`${userId}/`);
}

/** At sign-out: nothing of this person stays for the next one. */
export async function wipeDrafts(userId: string): Promise<void> {
  keepNoMore(userId);
  const prefix = `${userId}/`;
  for (const map of [drafts, seen]) for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key);
  await onDisk(async (db) => {
    const tx = db.transaction(["drafts", "seen"], "readwrite");
    const own = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    await Promise.all([tx.objectStore("drafts").delete(own), tx.objectStore("seen").delete(own)]);
    await tx.done;
  });
}

function hasLeft(key: string): boolean {
  return left.some((prefix) => key.startsWith(prefix));
}
