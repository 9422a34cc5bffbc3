import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine } from "./contract.ts";
import { type Draft, draftsState, dropDraft, keepDraft, readDrafts, takeDrafts } from "./drafts.ts";
import { createEngine } from "./engine.ts";
import { Alone } from "./tabs.ts";
import { fill, ModelServer } from "./testing.ts";
import { MemoryDisk, Platter } from "./testing-tabs.ts";

const PREFIX = "u1/acme/";
const text = (item: string): Draft => ({
  key: `${PREFIX}item/${item}/description`,
  html: "<p>b</p>",
  base: "",
  at: 1,
  tried: true,
});
const sent = (item: string): Draft => ({
  key: `${PREFIX}item/${item}/outgoing/k`,
  html: "<p>c</p>",
  base: null,
  at: 1,
  sending: "k",
});
const half = (item: string): Draft => ({ key: `${PREFIX}item/${item}/comment/new`, html: "<p>", base: null, at: 1 });

let engine: Engine | undefined;

beforeEach(() => keepDraft(half("first")).then(() => dropDraft(half("first").key)));

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const { key } of await readDrafts(PREFIX)) await dropDraft(key);
  await engine?.close();
  engine = undefined;
});

async function started(): Promise<Engine> {
  const server = new ModelServer();
  fill(server);
  const disk = new MemoryDisk(new Platter());
  const made = createEngine({ slug: "acme", userId: "u1", transport: server.transport("u1"), disk, tabs: new Alone() });
  engine = made;
  await vi.waitFor(() => expect(made.status().phase).toBe("ready"));
  return made;
}

const asks = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));
const breakDisk = () =>
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });

test("the status counts texts that are on their way, of this workspace, and not what is still being written", async () => {
  const made = await started();
  let told = 0;
  made.onStatus(() => told++);
  await Promise.all([text("i1"), sent("i1"), half("i1")].map(keepDraft));
  await keepDraft({ ...text("i1"), key: "u1/other/item/i1/description" });
  expect(made.status()).toMatchObject({ unsent: 2, texts: 2, persisted: true });
  // What is typed on is no news, nor is what will save itself in a moment.
  told = 0;
  await keepDraft({ ...text("i1"), html: "<p>bc</p>" });
  await keepDraft({ ...text("i2"), tried: false });
  expect(told).toBe(0);
  await dropDraft(text("i1").key);
  await dropDraft(sent("i1").key);
  expect(made.status()).toMatchObject({ unsent: 0, texts: 0 });
  await dropDraft("u1/other/item/i1/description");
});

test("a text that could not be written to disk is not said to be kept, and the page asks before it goes", async () => {
  const made = await started();
  expect(await keepDraft(half("i1"))).toBe(true);
  expect(asks()).toBe(false);
  breakDisk();
  expect(await keepDraft(half("i2"))).toBe(false);
  expect(draftsState(PREFIX)).toEqual({ waiting: 0, failing: true, loose: true });
  expect(made.status().persisted).toBe(false);
  expect(asks()).toBe(true);
  vi.restoreAllMocks();
  expect(await keepDraft(half("i2"))).toBe(true);
  expect(made.status().persisted).toBe(true);
  expect(asks()).toBe(false);
});

test("what a tab that lives is at work on is left to it; what a dead one left behind is taken", async () => {
  await keepDraft(text("own"));
  const db = await openDB("aileron-drafts");
  await db.put("drafts", { ...text("alive"), tab: "t1" });
  await db.put("drafts", { ...sent("dead"), tab: "t2" });
  await db.put("drafts", { ...half("writing"), tab: "t2" });
  const query = vi.fn(async () => ({ held: [{ name: "aileron-drafts:t1" }] }));
  vi.stubGlobal("navigator", { ...navigator, locks: { query, request: vi.fn(async () => undefined) } });
  expect((await takeDrafts(PREFIX)).map(({ key }) => key).sort()).toEqual([sent("dead").key, text("own").key]);
  const { tab } = (await db.get("drafts", sent("dead").key)) as Draft;
  expect(tab).not.toBe("t2");
  expect(draftsState(PREFIX).waiting).toBe(2);
  db.close();
});

test("without locks what was touched just now is left alone", async () => {
  const db = await openDB("aileron-drafts");
  await db.put("drafts", { ...text("young"), at: Date.now(), tab: "t1" });
  await db.put("drafts", { ...text("old"), tab: "t1" });
  expect((await takeDrafts(PREFIX)).map(({ key }) => key)).toEqual([text("old").key]);
  await dropDraft(text("young").key);
  db.close();
});
