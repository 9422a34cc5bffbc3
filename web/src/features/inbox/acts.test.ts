import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client.ts";
import { doings } from "../../app/doings.ts";
import type { Engine } from "../../sync/contract.ts";
import { Acts } from "./acts.ts";
import { Boxes } from "./boxes.ts";
import { everything } from "./filter.ts";
import { type Group, groupsOf } from "./groups.ts";
import { notification } from "./testing.ts";

const rows = [notification("a", 2), notification("b", 1)];
const [a, b] = groupsOf(rows) as [Group, Group];

/** What was sent, and what of it the server refuses. */
let sent: string[];
let refused: (what: string) => boolean;

const send = vi.hoisted(() => vi.fn<(what: string) => Promise<void>>());
vi.mock("./remote.ts", () => ({
  readPage: async () => ({ rows, more: false }),
  readUnread: async () => ({ total: 2, mentions: 0 }),
  setArchived: (_: string, id: string, archived: boolean) => send(`${archived ? "archive" : "restore"} ${id}`),
  setRead: (_: string, id: string, read: boolean) => send(`${read ? "read" : "unread"} ${id}`),
  setFollowing: (_: string, __: string, item: string, follows: boolean) =>
    send(`${follows ? "follow" : "leave"} ${item}`),
  markAllRead: () => send("read all"),
}));

let online: boolean;
let acts: Acts;
let edits: string[];

beforeEach(() => {
  sent = [];
  edits = [];
  online = true;
  refused = () => false;
  send.mockReset().mockImplementation(async (what) => {
    if (refused(what)) throw new ApiError("No.", 500, null, {});
    sent.push(what);
  });
  doings.clear();
  doings.did({ undo: () => edits.push("undone") > 0, redo: () => edits.push("done again") > 0 });
  const engine = { slug: "acme", userId: "u1", status: () => ({ online }) } as unknown as Engine;
  acts = new Acts(new Boxes(engine));
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 10));
async function undo(): Promise<void> {
  doings.undo();
  await settled();
}
async function redo(): Promise<void> {
  doings.redo();
  await settled();
}
const [idA, idB] = [a.newest.id, b.newest.id];

it("each is taken back by itself, the last one first, and what was done before them stays", async () => {
  acts.archive(a, true);
  acts.archive(b, true);
  await undo();
  await undo();
  expect(sent).toEqual([`archive ${idA}`, `archive ${idB}`, `restore ${idB}`, `restore ${idA}`]);
  expect(edits).toEqual([]);
  await redo();
  expect(sent.at(-1)).toBe(`archive ${idA}`);
  await undo();
  await undo();
  expect(edits).toEqual(["undone"]);
});

it("one that was refused is not there to be taken back, and the one before it is", async () => {
  acts.archive(a, true);
  refused = (what) => what === `archive ${idB}`;
  acts.archive(b, true);
  await settled();
  await undo();
  expect(sent).toEqual([`archive ${idA}`, `restore ${idA}`]);
  expect(edits).toEqual([]);
});

it("of one that was refused in part the rest is taken back", async () => {
  const both: Group = { ...a, rows };
  refused = (what) => what === `archive ${idB}`;
  acts.archive(both, true);
  await settled();
  refused = () => false;
  await undo();
  expect(sent).toEqual([`archive ${idA}`, `restore ${idA}`]);
});

it("one is still the last where it was not taken back", async () => {
  acts.archive(a, true);
  await settled();
  online = false;
  await undo();
  online = true;
  refused = (what) => what === `restore ${idA}`;
  await undo();
  refused = () => false;
  await undo();
  expect(sent).toEqual([`archive ${idA}`, `restore ${idA}`]);
  expect(edits).toEqual([]);
});

it("nothing else is taken back for what was marked as read altogether", async () => {
  await acts.readAll(everything);
  await undo();
  expect([sent, edits]).toEqual([["read all"], []]);
  refused = () => true;
  await acts.readAll(everything);
  await undo();
  expect(edits).toEqual(["undone"]);
});

it("no longer following is taken back and done again", async () => {
  await acts.unfollow(a);
  await undo();
  await redo();
  expect(sent).toEqual(["leave a", "follow a", "leave a"]);
});
