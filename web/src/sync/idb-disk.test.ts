import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chain } from "./disk.ts";
import { IdbDisk } from "./idb-disk.ts";
import type { Change } from "./pending.ts";
import type { Bootstrap, Frame } from "./protocol.ts";
import { Replica } from "./replica.ts";
import type { Id } from "./rows.ts";
import { blankItem } from "./testing.ts";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const NAME = "aileron:u1:acme";
const head = (seq: number) => ({ schema: 1, workspace: "w", user: "u1", seq });
const project = (id: Id) => ({ entity: "project", row: { id, version: 1, name: id } }) as const;
const base = (seq: number): Bootstrap => ({ head: head(seq), rows: [project("p1"), project("p2")] });
const item = (id: Id, version: number, name: string) => ({ ...blankItem(id, "p1", 1), version, name });
const items = (seq: number, ...names: string[]): Bootstrap => ({
  head: head(seq),
  rows: names.map((name, index) => ({ entity: "work_item", row: item(`i${index}`, 1, name) })),
});
const frame = (seq: number, name: string, prev = seq - 1): Frame => ({
  prev,
  seq,
  changes: [{ entity: "work_item", id: "i0", version: seq, row: item("i0", seq, name) }],
  mutations: [],
});
const change = (order: string): Change => ({
  order,
  key: order,
  step: "s",
  label: "l",
  lane: "p1",
  mutation: { kind: "delete", entity: "work_item", id: "i0" },
});

/** The name of an item as a start from disk shows it. */
async function nameOnDisk(disk: IdbDisk): Promise<string | undefined> {
  const kept = await disk.items("p1");
  if (!kept.rows) return undefined;
  const replica = new Replica();
  replica.items("p1", kept.rows);
  replica.catchUpItems("p1", chain(kept.rows.head.seq, kept.journal));
  return replica.tables.work_item.base.get("i0")?.name;
}

async function filled(most?: number): Promise<IdbDisk> {
  const disk = new IdbDisk(NAME, most);
  expect(await disk.open()).toEqual({ rows: null, journal: [] });
  expect(disk.persisted).toBe(true);
  disk.restart(base(10), new Map([["p1", items(10, "first")]]));
  return disk;
}

const idle = () => new Promise((resolve) => setTimeout(resolve, 30));

test("rows and what came after them are there at the next start", async () => {
  const disk = await filled();
  disk.append([frame(11, "second"), frame(12, "third")]);
  await idle();
  await disk.close(false);
  const next = new IdbDisk(NAME);
  const kept = await next.open();
  expect(kept.rows).toEqual(base(10));
  expect(kept.journal.map(({ seq }) => seq)).toEqual([11, 12]);
  expect(await next.seq()).toBe(12);
  expect(await nameOnDisk(next)).toBe("third");
});

test("a journal with a gap is followed up to the gap", async () => {
  const disk = await filled();
  disk.append([frame(11, "second"), frame(14, "after the gap", 13)]);
  expect(await disk.seq()).toBe(11);
  expect(await nameOnDisk(disk)).toBe("second");
});

test("a long journal is laid over the rows and begins anew", async () => {
  const disk = await filled(50);
  for (let seq = 11; seq <= 70; seq++) disk.append([frame(seq, `name ${seq}`)]);
  await idle();
  disk.append([frame(71, "after")]);
  // It is laid over them when the browser has nothing else to do.
  await vi.waitFor(async () => expect((await disk.open()).rows?.head.seq).toBeGreaterThanOrEqual(61), 10_000);
  await idle();
  const kept = await disk.open();
  expect(kept.journal.length).toBeLessThan(20);
  expect(await disk.seq()).toBe(71);
  expect(await nameOnDisk(disk)).toBe("after");
  expect(kept.rows?.rows).toEqual(base(10).rows);
});

test.each([
  ["lost", { access: "lost" }],
  ["deleted", { deleted: true }],
] as const)("of a project that was %s nothing stays on disk", async (_, what) => {
  const disk = await filled();
  disk.append([frame(11, "second")]);
  disk.append([{ prev: 11, seq: 12, changes: [{ entity: "project", id: "p1", version: 12, ...what }], mutations: [] }]);
  const kept = async () => {
    const next = new IdbDisk(NAME);
    const found = [await next.open(), await next.items("p1")];
    await next.close(false);
    return JSON.stringify(found);
  };
  expect(await kept()).toContain("second");
  await vi.waitFor(async () => {
    const left = await kept();
    expect(left).not.toContain("first");
    expect(left).not.toContain("second");
  });
  await disk.close(false);
});

test("items from before the rows of the workspace are of no use", async () => {
  const disk = await filled();
  disk.putItems("p1", items(9, "too old"));
  await idle();
  expect(await nameOnDisk(disk)).toBeUndefined();
});

test("items that were written after a restart stand, with the journal from then on", async () => {
  const disk = await filled();
  disk.append([frame(11, "second")]);
  disk.putItems("p1", items(12, "newer"));
  disk.append([frame(12, "third"), frame(13, "fourth")]);
  await idle();
  expect(await nameOnDisk(disk)).toBe("fourth");
});

test("unsent changes are kept in their order, replaced and forgotten", async () => {
  const disk = await filled();
  await disk.keep([change("b"), change("a"), change("c")]);
  expect((await disk.changes()).map(({ order }) => order)).toEqual(["a", "b", "c"]);
  await disk.keep([{ ...change("a"), label: "both" }], ["b"]);
  disk.forget(["c"]);
  expect((await disk.changes()).map(({ order, label }) => [order, label])).toEqual([["a", "both"]]);
});

test("a wiped workspace leaves what is kept of other workspaces and of other users", async () => {
  await (await filled()).close(false);
  const elsewhere = new IdbDisk("aileron:u1:other");
  await elsewhere.open();
  await elsewhere.close(false);
  const stranger = new IdbDisk("aileron:u2:acme");
  await stranger.open();
  await stranger.close(false);
  const disk = new IdbDisk(NAME);
  await disk.open();
  await disk.close(true);
  expect((await indexedDB.databases()).map(({ name }) => name)).toEqual(["aileron:u1:other", "aileron:u2:acme"]);
});

test("without IndexedDB nothing is kept and nothing breaks", async () => {
  vi.stubGlobal("indexedDB", undefined);
  const disk = new IdbDisk(NAME);
  expect(await disk.open()).toEqual({ rows: null, journal: [] });
  expect(disk.persisted).toBe(false);
  disk.append([frame(1, "x")]);
  await disk.keep([change("a")]);
  expect(await disk.changes()).toEqual([]);
  await disk.close(true);
  vi.unstubAllGlobals();
});

test("a full disk is said once, and what is on it stays", async () => {
  const disk = await filled();
  await idle();
  let failed = 0;
  disk.onFailed = () => failed++;
  vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  disk.append([frame(11, "lost")]);
  disk.append([frame(12, "lost too")]);
  await idle();
  vi.restoreAllMocks();
  expect(disk.persisted).toBe(false);
  expect(failed).toBe(1);
  disk.append([frame(13, "not written")]);
  await idle();
  expect(await new IdbDisk(NAME).seq()).toBe(10);
});
