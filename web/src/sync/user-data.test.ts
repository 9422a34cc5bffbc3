import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { keepDraft, keepNoMore, keepSeen, readDrafts, readSeen } from "./drafts.ts";
import { IdbDisk } from "./idb-disk.ts";
import type { Change } from "./pending.ts";
import { countUnsent, databaseName, wipeUser } from "./user-data.ts";

// What was wiped stays so until the page is loaded anew: each test has its own people.
let turn = 0;
let ada = "";
let bob = "";
beforeEach(() => {
  turn += 1;
  ada = `ada${turn}`;
  bob = `bob${turn}`;
});

const change = (order: string): Change => ({
  order,
  key: order,
  step: "s",
  label: "l",
  lane: "p1",
  mutation: { kind: "update", entity: "work_item", id: "i0", patch: { name: order } },
});
const draft = (key: string) => ({ key, html: "<p>typed</p>", base: null, at: 1 });
const names = async () => (await indexedDB.databases()).map(({ name = "" }) => name);

async function workspace(user: string, slug: string, ...orders: string[]): Promise<void> {
  const disk = new IdbDisk(databaseName(user, slug));
  await disk.open();
  await disk.keep(orders.map(change));
  await disk.close(false);
}

test("what was not sent is counted in all workspaces of the user, and in no one else's", async () => {
  expect(await countUnsent(ada)).toBe(0);
  await workspace(ada, "acme", "a", "b");
  await workspace(ada, "other", "c");
  await workspace(bob, "acme", "d");
  expect(await countUnsent(ada)).toBe(3);
});

test("the running engine says itself how many of its changes the server has not", async () => {
  await workspace(ada, "acme", "confirmed", "waiting");
  await workspace(ada, "other", "c");
  expect(await countUnsent(ada, { slug: "acme", unsent: 1 })).toBe(2);
});

test("texts count: descriptions, comments on their way, and a new item once", async () => {
  await keepDraft(draft(`${ada}/acme/item/i1/description`));
  await keepDraft({ ...draft(`${ada}/acme/item/i1/outgoing/c1`), sending: "c1" });
  await keepDraft(draft(`${ada}/other/new-item/name`));
  await keepDraft(draft(`${ada}/other/new-item/text`));
  await keepDraft(draft(`${bob}/acme/item/i1/description`));
  expect(await countUnsent(ada)).toBe(3);
});

test("counting makes no databases", async () => {
  const before = await names();
  await countUnsent(ada, { slug: "acme", unsent: 0 });
  expect(await names()).toEqual(before);
});

test("a user is wiped without an engine, and others keep everything", async () => {
  for (const user of [ada, bob]) {
    await workspace(user, "acme", "a");
    await workspace(user, "other");
    await keepDraft(draft(`${user}/acme/new-item/name`));
    await keepDraft(draft(`${user}/acme/item/i1/description`));
    await keepSeen(`${user}/acme/item/i1/text`, "seen");
  }
  await wipeUser(ada);
  expect((await names()).filter((name) => name.includes(ada))).toEqual([]);
  expect(await readDrafts(`${ada}/`)).toEqual([]);
  expect(await readSeen(`${ada}/acme/item/i1/text`)).toBeUndefined();
  expect(await names()).toEqual(expect.arrayContaining([databaseName(bob, "acme"), databaseName(bob, "other")]));
  expect(await readDrafts(`${bob}/`)).toHaveLength(2);
  expect(await readSeen(`${bob}/acme/item/i1/text`)).toBe("seen");
  expect(await countUnsent(bob)).toBe(3);
});

test("nothing that comes late is kept of a user who was wiped", async () => {
  await wipeUser(ada);
  await keepDraft(draft(`${ada}/acme/item/i1/description`));
  await keepSeen(`${ada}/acme/item/i1/text`, "late");
  expect(await readDrafts(`${ada}/`)).toEqual([]);
  expect(await readSeen(`${ada}/acme/item/i1/text`)).toBeUndefined();
});

test("a tab that keeps no more of a user leaves on disk what is there", async () => {
  await keepDraft(draft(`${ada}/acme/item/i1/description`));
  keepNoMore(ada);
  await keepDraft(draft(`${ada}/acme/item/i2/description`));
  expect((await readDrafts(`${ada}/`)).map(({ key }) => key)).toEqual([`${ada}/acme/item/i1/description`]);
});
