import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/client.ts";
import type { Engine } from "../../sync/contract.ts";
import { Boxes } from "./boxes.ts";
import { everything } from "./filter.ts";
import type { Notification } from "./remote.ts";
import { moment, notification } from "./testing.ts";

const rows = [
  notification("a", 3, { reasons: ["mentioned"] }),
  notification("a", 2),
  notification("b", 1, { read_at: moment(1) }),
];
const [first, second] = rows as [Notification, Notification];

vi.mock("./remote.ts", () => ({
  readPage: async () => ({ rows, more: false }),
  readUnread: async () => ({ total: 2, mentions: 1 }),
}));

let users = 0;
let boxes: Boxes;

beforeEach(async () => {
  const engine = { slug: "acme", userId: `u${++users}`, status: () => ({ online: true }) } as unknown as Engine;
  boxes = new Boxes(engine);
  await boxes.counts.unread.load();
});

async function shown() {
  const box = boxes.of(everything);
  boxes.show(box);
  await vi.waitFor(() => expect(box.get().rows).toHaveLength(3));
  return { ids: () => box.get().rows?.map(({ id }) => id), box };
}

const unread = () => boxes.counts.unread.get().value;
const archive = { archived_at: moment(9) };

it("shows what is done at once, here and in the counts", async () => {
  const { ids } = await shown();
  let answer = () => {};
  const server = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const done = boxes.act({ rows: [first, second], change: archive, send: () => server.then(() => first) });
  expect(ids()).toEqual([rows[2]?.id]);
  expect(unread()).toEqual({ total: 0, mentions: 0 });
  answer();
  expect(await done).toEqual({ refused: [], reason: null });
  expect(ids()).toEqual([rows[2]?.id]);
});

it("is not shown as it was by what is read while the server does not have it", async () => {
  const { ids, box } = await shown();
  let answer = () => {};
  const server = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const before = box.refresh();
  const done = boxes.act({ rows: [first], change: archive, send: () => server.then(() => first) });
  await before;
  expect(ids()).toEqual([second.id, rows[2]?.id]);
  await Promise.all([box.refresh(), boxes.counts.unread.load()]);
  expect(ids()).toEqual([second.id, rows[2]?.id]);
  expect(unread()).toEqual({ total: 1, mentions: 0 });
  const amidst = Promise.all([box.refresh(), boxes.counts.unread.load()]);
  answer();
  await Promise.all([done, amidst]);
  expect(ids()).toEqual([second.id, rows[2]?.id]);
  expect(unread()).toEqual({ total: 1, mentions: 0 });
});

it("takes back of it what was refused, and only that", async () => {
  const { ids } = await shown();
  const send = async (id: string) => {
    if (id === first.id) throw new ApiError("It broke.", 500, null, {});
    return second;
  };
  const outcome = await boxes.act({ rows: [first, second], change: archive, send });
  expect(outcome).toEqual({ refused: [first.id], reason: { message: "It broke.", status: 500 } });
  expect(ids()).toEqual([first.id, rows[2]?.id]);
  expect(unread()).toEqual({ total: 1, mentions: 1 });
});

it("sends what takes something back only after it", async () => {
  await shown();
  const sent: string[] = [];
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    sent.push("archive");
    return first;
  };
  const back = async () => {
    sent.push("back");
    return first;
  };
  const archived = { ...first, ...archive };
  await Promise.all([
    boxes.act({ rows: [first], change: archive, send: slowly }),
    boxes.act({ rows: [archived], change: { archived_at: null }, send: back }),
  ]);
  expect(sent).toEqual(["archive", "back"]);
});

it("reads all that is shown, or nothing of it", async () => {
  const { box } = await shown();
  const waiting = () => box.get().rows?.filter(({ read_at }) => !read_at).length;
  await expect(boxes.readAll(() => Promise.reject(new ApiError("It broke.", 500, null, {})))).rejects.toThrow();
  expect([waiting(), unread()?.total]).toEqual([2, 2]);
  await boxes.readAll(() => Promise.resolve());
  expect([waiting(), unread()?.total]).toEqual([0, 0]);
});

it("has the browser ask before the page goes while something is not sent yet that somebody did", async () => {
  await shown();
  const asks = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));
  let answer = () => {};
  const server = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const send = () => server.then(() => first);
  const minor = boxes.act({ rows: [second], change: { read_at: moment(9) }, send, isMinor: true });
  expect(asks()).toBe(false);
  const both = [boxes.act({ rows: [first], change: archive, send }), boxes.readAll(() => server)];
  expect(asks()).toBe(true);
  answer();
  await Promise.all([minor, ...both]);
  expect(asks()).toBe(false);
});
