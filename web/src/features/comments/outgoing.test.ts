import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine } from "../../sync/contract.ts";
import { dropDraft, keepDraft, readDrafts } from "../../sync/drafts.ts";
import * as remote from "../detail/remote.ts";
import { countOutboxes, itemPrefix, outboxOf } from "./outgoing.ts";

vi.mock("../detail/remote.ts", async (original) => ({
  ...(await original<typeof remote>()),
  sendComment: vi.fn(),
  changeComment: vi.fn(),
  readComments: vi.fn(async () => ({ rows: [], more: false })),
}));

const away = () => Promise.reject(new Error("away"));
const ApiError = (await import("../../api/client.ts")).ApiError;
const refused = () => Promise.reject(new ApiError("No.", 403, null, {}));
const engine = { slug: "acme", userId: "u1" } as Engine;
const send = vi.mocked(remote.sendComment);
const change = vi.mocked(remote.changeComment);
const drafts = () => readDrafts(itemPrefix(engine, "").replace(/item\/\/$/, ""));
let turn = 0;
let at: remote.Address;

beforeEach(() => {
  at = { slug: "acme", project: "p1", item: `i${++turn}` };
  send.mockReset().mockImplementation(async () => ({}) as remote.Comment);
  change.mockReset().mockImplementation(async () => ({}) as remote.Comment);
});

afterEach(async () => {
  for (const { key } of await drafts()) await dropDraft(key);
});

test("a comment is kept before it is sent, with the project in which to send it, and let go of then", async () => {
  send.mockImplementation(away);
  const outbox = outboxOf(engine, at);
  await outbox.add("<p>one</p>");
  expect(await drafts()).toMatchObject([{ html: "<p>one</p>", project: "p1", sending: expect.any(String) }]);
  await vi.waitFor(() => expect(outbox.get()).toMatchObject([{ state: "waiting", of: null }]));
  send.mockImplementation(async () => ({}) as remote.Comment);
  dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(outbox.get()).toEqual([]));
  expect(await drafts()).toEqual([]);
  const [first, second] = send.mock.calls.map(([, , key]) => key);
  expect(first).toBe(second);
  expect(countOutboxes()).toBe(0);
});

test("a changed comment is kept until the server has it, the last change alone", async () => {
  change.mockImplementation(away);
  const outbox = outboxOf(engine, at);
  await outbox.change("c1", "<p>one</p>");
  await vi.waitFor(() => expect(outbox.get()).toMatchObject([{ state: "waiting", of: "c1" }]));
  await outbox.change("c1", "<p>two</p>");
  await outbox.change("c2", "<p>other</p>");
  expect((await drafts()).map(({ html }) => html).sort()).toEqual(["<p>other</p>", "<p>two</p>"]);
  change.mockImplementation(async () => ({}) as remote.Comment);
  await vi.waitFor(() => {
    outbox.retry();
    expect(outbox.get()).toEqual([]);
  });
  expect(change.mock.calls.filter(([, id]) => id === "c1").at(-1)?.[2]).toBe("<p>two</p>");
  expect(await drafts()).toEqual([]);
});

test("changes of one comment arrive in the order of their making", async () => {
  let answer: (() => void) | undefined;
  change.mockImplementationOnce(() => new Promise((resolve) => (answer = () => resolve({} as remote.Comment))));
  const outbox = outboxOf(engine, at);
  await outbox.change("c1", "<p>one</p>");
  await vi.waitFor(() => expect(change).toHaveBeenCalledOnce());
  await outbox.change("c1", "<p>two</p>");
  expect(change).toHaveBeenCalledOnce();
  answer?.();
  await vi.waitFor(() => expect(outbox.get()).toEqual([]));
  expect(change.mock.calls.map(([, , html]) => html)).toEqual(["<p>one</p>", "<p>two</p>"]);
});

test("a refused change stays, says why and gives its text back", async () => {
  change.mockImplementation(refused);
  const outbox = outboxOf(engine, at);
  await outbox.change("c1", "<p>one</p>");
  await vi.waitFor(() => expect(outbox.get()).toMatchObject([{ state: "refused", reason: "No." }]));
  const [{ id = "" } = {}] = outbox.get();
  expect(outbox.take(id)).toBe("<p>one</p>");
  await vi.waitFor(async () => expect(await drafts()).toEqual([]));
});

test("what a page left behind is sent under its key, changes as changes", async () => {
  const prefix = `${itemPrefix(engine, at.item)}outgoing/`;
  const left = { html: "<p>left</p>", base: null, at: 1, project: "p1" };
  await keepDraft({ ...left, key: `${prefix}k1`, sending: "k1" });
  await keepDraft({ ...left, key: `${prefix}k2/c1`, sending: "k2" });
  const outbox = outboxOf(engine, at);
  await vi.waitFor(() => expect(change).toHaveBeenCalledOnce());
  await vi.waitFor(() => expect(outbox.get()).toEqual([]));
  expect(send).toHaveBeenCalledExactlyOnceWith(at, "<p>left</p>", "k1");
  expect(change).toHaveBeenCalledExactlyOnceWith(at, "c1", "<p>left</p>", "k2");
});

test("an outbox that nobody looks at and that has nothing to do is let go of", async () => {
  const outbox = outboxOf(engine, at);
  const stop = outbox.subscribe(() => {});
  await outbox.add("<p>one</p>");
  await vi.waitFor(() => expect(outbox.get()).toEqual([]));
  expect(outboxOf(engine, at)).toBe(outbox);
  stop();
  expect(countOutboxes()).toBe(0);
});
