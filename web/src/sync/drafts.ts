/** Text that the server does not have yet, and the texts that were seen last: kept in this browser, so that nothing typed is lost and what was
    read once can be read without a connection. Where nothing can be kept on disk it is kept until the page is closed. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { newId } from "../lib/ids.ts";
import type { Id } from "./rows.ts";
import { Signal } from "./signals.ts";

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
  /** The server was asked to take it, and did not yet. */
  readonly tried?: boolean;
  /** The project of the item that it belongs to, for sending it without a screen. */
  readonly project?: Id;
  /** The tab that is at work on it. */
  readonly tab?: Id;
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
/** Those of them that are not on disk: on their way, or there is none. */
const loose = new Set<string>();
let failing = false;
const seen = new Map<string, unknown>();
/** Of whom nothing is kept any more until the page is loaded anew, as it is after he has left. */
const left: string[] = [];

/** Told when more or fewer of them wait for the server, or the disk fails. */
export const draftsChanged = new Signal<void>();

/** This tab, as long as the page is there. It holds a lock of that name from its first draft on. */
const tab = newId();
let held = false;
const lockOf = (id: Id) => `aileron-drafts:${id}`;

/** Without locks, as without HTTPS, what was not touched for so long is taken to be left behind. */
const UNTOUCHED = 60_000;

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

/** Whether it is on disk now; if not, it is kept until the page goes. */
export async function keepDraft(given: Draft): Promise<boolean> {
  const draft = { ...given, tab };
  const { key } = draft;
  if (hasLeft(key)) return false;
  holdLock();
  const before = drafts.get(key);
  drafts.set(key, draft);
  loose.add(key);
  if (waits(before) !== waits(draft)) draftsChanged.tell();
  const kept = (await onDisk(async (db) => Boolean(await db.put("drafts", draft)))) ?? false;
  if (kept && drafts.get(key) === draft) loose.delete(key);
  if (failing === kept) {
    failing = !kept;
    draftsChanged.tell();
  }
  return kept;
}

export async function dropDraft(key: string): Promise<void> {
  const before = drafts.get(key);
  drafts.delete(key);
  loose.delete(key);
  if (waits(before)) draftsChanged.tell();
  await onDisk((db) => db.delete("drafts", key));
}

/** Those that no other tab is at work on: what was left behind when a page went. This tab is at work on them from now on. */
export async function takeDrafts(prefix: string): Promise<readonly Draft[]> {
  const all = (await readDrafts(prefix)).filter(isOnItsWay);
  const others = all.length ? await otherTabs() : null;
  const isLeft = (draft: Draft) =>
    !draft.tab || draft.tab === tab || (others ? !others.has(lockOf(draft.tab)) : draft.at < Date.now() - UNTOUCHED);
  const taken = all.filter(isLeft);
  await Promise.all(taken.filter((draft) => draft.tab !== tab).map((draft) => keepDraft({ ...draft, tried: true })));
  return taken;
}

export interface DraftsState {
  /** So many the server should have by now. */
  readonly waiting: number;
  /** Whether what is typed is only in this window. */
  readonly failing: boolean;
  /** Whether some would be lost if the page went now. */
  readonly loose: boolean;
}

/** Of what this tab is at work on. */
export function draftsState(prefix: string): DraftsState {
  let waiting = 0;
  for (const draft of drafts.values()) if (draft.key.startsWith(prefix) && waits(draft)) waiting++;
  return { waiting, failing, loose: [...loose].some((key) => key.startsWith(prefix)) };
}

/** What was sent off, and texts that save themselves; not what somebody is still writing. */
function isOnItsWay({ sending, base }: Draft): boolean {
  return sending !== undefined || base !== null;
}

function waits(draft: Draft | undefined): boolean {
  return draft !== undefined && (draft.sending !== undefined || draft.tried === true);
}

function holdLock(): void {
  if (held || !hasLocks()) return;
  held = true;
  navigator.locks.request(lockOf(tab), () => new Promise(() => {})).catch(() => {});
}

/** null: nobody knows. */
async function otherTabs(): Promise<ReadonlySet<string> | null> {
  if (!hasLocks()) return null;
  const locks = await navigator.locks.query().catch(() => null);
  return locks && new Set(locks.held?.map(({ name = "" }) => name));
}

function hasLocks(): boolean {
  return typeof navigator !== "undefined" && Boolean(navigator.locks);
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

/** He has left: what still comes of him in this tab, such as an answer to what was asked before, is not kept. */
export function keepNoMore(userId: string): void {
  left.push(`${userId}/`);
}

/** At sign-out: nothing of this person stays for the next one. */
export async function wipeDrafts(userId: string): Promise<void> {
  keepNoMore(userId);
  const prefix = `${userId}/`;
  for (const known of [drafts, seen, loose]) {
    for (const key of known.keys()) if (key.startsWith(prefix)) known.delete(key);
  }
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
