/** Keeps rows, journal and unsent changes in IndexedDB: rows as one value per collection, as one by one they block the page for seconds. */

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import { compacted } from "./compact.ts";
import type { Disk, Kept } from "./disk.ts";
import type { Change } from "./pending.ts";
import type { Bootstrap, Frame } from "./protocol.ts";
import type { Id } from "./rows.ts";

interface Schema extends DBSchema {
  /** By the project's id, or by "" for the workspace. */
  rows: { key: string; value: Bootstrap };
  journal: { key: number; value: Frame };
  changes: { key: string; value: Change };
}

type Db = IDBPDatabase<Schema>;

/** Another one when there are rows that older disks lack. */
const VERSION = 2;
const WORKSPACE = "";
/** A browser that does not answer by then never will. */
const PATIENCE = 3_000;
const LAZY = { durability: "relaxed" } as const;

export class IdbDisk implements Disk {
  persisted = false;
  onFailed = (): void => {};
  private db: Promise<Db | null> | null = null;
  private entries = 0;
  private compacting = false;

  constructor(
    private readonly name: string,
    /** Journal entries after which rows are written anew. */
    private readonly most = 2_000,
  ) {}

  async open(): Promise<Kept> {
    const kept = await this.read(async (db) => {
      const { rows, journal } = await this.load(db, WORKSPACE);
      this.entries = journal.length;
      return { rows, journal };
    });
    this.persisted = kept !== null;
    return kept ?? { rows: null, journal: [] };
  }

  async items(project: Id): Promise<Kept> {
    const kept = await this.read(async (db) => {
      const { rows, journal, from } = await this.load(db, project);
      // The journal begins at the workspace's rows; older items miss what came before.
      return { rows: rows && from !== null && rows.head.seq >= from ? rows : null, journal };
    });
    return kept ?? { rows: null, journal: [] };
  }

  async seq(): Promise<number> {
    const kept = await this.open();
    let seq = kept.rows?.head.seq ?? Number.POSITIVE_INFINITY;
    for (const frame of kept.journal) if (frame.prev <= seq) seq = Math.max(seq, frame.seq);
    return seq;
  }

  private async load(db: Db, key: string): Promise<Kept & { from: number | null }> {
    const tx = db.transaction(["rows", "journal"]);
    const [base, rows, journal] = await Promise.all([
      tx.objectStore("rows").get(WORKSPACE),
      tx.objectStore("rows").get(key),
      tx.objectStore("journal").getAll(),
    ]);
    return { rows: rows ?? null, journal, from: base?.head.seq ?? null };
  }

  restart(base: Bootstrap, items: ReadonlyMap<Id, Bootstrap>): void {
    this.write(async (db) => {
      const tx = db.transaction(["rows", "journal"], "readwrite", LAZY);
      const rows = tx.objectStore("rows");
      const writes: Promise<unknown>[] = [tx.objectStore("journal").clear(), rows.clear()];
      writes.push(rows.put(base, WORKSPACE));
      for (const [project, kept] of items) writes.push(rows.put(kept, project));
      await Promise.all([...writes, tx.done]);
      this.entries = 0;
    });
  }

  putItems(project: Id, items: Bootstrap): void {
    whenIdle(() =>
      this.write(async (db) => {
        await db.put("rows", items, project);
      }),
    );
  }

  append(frames: readonly Frame[]): void {
    this.write(async (db) => {
      const tx = db.transaction("journal", "readwrite", LAZY);
      await Promise.all([...frames.map((frame) => tx.store.add(frame)), tx.done]);
      this.entries += frames.length;
      // What somebody may not see any more does not stay until it is time.
      if (this.entries > this.most || frames.some(losesProject)) this.compactSoon();
    });
  }

  async changes(): Promise<readonly Change[]> {
    return (await this.read((db) => db.getAll("changes"))) ?? [];
  }

  keep(changes: readonly Change[], instead: readonly string[] = []): Promise<void> {
    return this.write(async (db) => {
      const tx = db.transaction("changes", "readwrite");
      const puts = changes.map((change) => tx.store.put(change));
      await Promise.all([...puts, ...instead.map((order) => tx.store.delete(order)), tx.done]);
    });
  }

  forget(orders: readonly string[]): void {
    this.write(async (db) => {
      const tx = db.transaction("changes", "readwrite", LAZY);
      await Promise.all([...orders.map((order) => tx.store.delete(order)), tx.done]);
    });
  }

  async close(wipe: boolean): Promise<void> {
    const db = await this.db;
    this.db = Promise.resolve(null);
    db?.close();
    if (wipe && typeof indexedDB !== "undefined") await deleteDB(this.name).catch(() => {});
  }

  private compactSoon(): void {
    if (this.compacting) return;
    this.compacting = true;
    whenIdle(() => {
      this.write((db) => this.compact(db)).finally(() => {
        this.compacting = false;
      });
    });
  }

  /** Writes rows with the journal laid over them, and drops what the journal had until then. */
  private async compact(db: Db): Promise<void> {
    const read = db.transaction(["rows", "journal"]);
    const [keys, values, entries, journal] = await Promise.all([
      read.objectStore("rows").getAllKeys(),
      read.objectStore("rows").getAll(),
      read.objectStore("journal").getAllKeys(),
      read.objectStore("journal").getAll(),
    ]);
    const last = entries.at(-1);
    const kept = new Map<Id, Bootstrap>();
    for (const [index, value] of values.entries()) kept.set(keys[index] ?? WORKSPACE, value);
    const base = kept.get(WORKSPACE);
    if (!base || last === undefined) return;
    kept.delete(WORKSPACE);
    const made = compacted(base, kept, journal);
    const tx = db.transaction(["rows", "journal"], "readwrite", LAZY);
    const rows = tx.objectStore("rows");
    const writes: Promise<unknown>[] = [tx.objectStore("journal").delete(IDBKeyRange.upperBound(last))];
    writes.push(rows.put(made.base, WORKSPACE));
    for (const project of kept.keys()) {
      const items = made.items.get(project);
      writes.push(items ? rows.put(items, project) : rows.delete(project));
    }
    await Promise.all([...writes, tx.done]);
    this.entries -= entries.length;
  }

  private async read<T>(work: (db: Db) => Promise<T>): Promise<T | null> {
    try {
      const db = await this.ready();
      return db && (await work(db));
    } catch {
      this.fail();
      return null;
    }
  }

  private async write(work: (db: Db) => Promise<void>): Promise<void> {
    try {
      const db = await this.db;
      if (db) await work(db);
    } catch {
      this.fail();
    }
  }

  /** Full, or taken away by the browser: what is on disk stays a consistent past, nothing is added to it. */
  private fail(): void {
    this.db = Promise.resolve(null);
    if (!this.persisted) return;
    this.persisted = false;
    this.onFailed();
  }

  private ready(): Promise<Db | null> {
    this.db ??= this.connect();
    return this.db;
  }

  private async connect(): Promise<Db | null> {
    if (typeof indexedDB === "undefined") return null;
    let late = false;
    const opening = openDB<Schema>(this.name, VERSION, {
      upgrade: (db, before, _now, tx) => {
        if (before > 0) {
          // What the server does not have stays; the rows are fetched anew.
          void tx.objectStore("rows").clear();
          void tx.objectStore("journal").clear();
          return;
        }
        db.createObjectStore("rows");
        db.createObjectStore("journal", { autoIncrement: true });
        db.createObjectStore("changes", { keyPath: "order" });
      },
      // Another tab wipes the data at sign-out, or is newer.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        this.fail();
      },
      terminated: () => this.fail(),
    }).then((db) => {
      if (late) db.close();
      return db;
    });
    const timeout = new Promise<null>((resolve) => {
      setTimeout(() => {
        late = true;
        resolve(null);
      }, PATIENCE);
    });
    const db = await Promise.race([opening, timeout]);
    if (db && typeof navigator.storage?.persist === "function") void navigator.storage.persist().catch(() => {});
    return db;
  }
}

function losesProject({ changes }: Frame): boolean {
  return changes.some(({ entity, access, deleted }) => entity === "project" && (access === "lost" || deleted));
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work);
}
