import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SaveFailure, type Stored } from "../../editor/draft/saver.ts";
import type { Engine, Status } from "../../sync/contract.ts";
import { dropDraft, keepDraft, readDrafts } from "../../sync/drafts.ts";
import { toast } from "../../ui/toast.tsx";
import { countOutboxes } from "../comments/outgoing.ts";
import * as remote from "./remote.ts";
import { resumeTexts } from "./resume.ts";
import { descriptionKey, hasSaver, letGo, saverOf } from "./savers.ts";

vi.mock("../../ui/toast.tsx", () => ({ toast: vi.fn() }));
vi.mock("./remote.ts", async (original) => ({
  ...(await original<typeof remote>()),
  sendComment: vi.fn(),
  remoteText: vi.fn(),
}));

let server: Map<string, string>;
let up: boolean;
let status: Status;
let listeners: (() => void)[];
let stop: () => void;
const engine = {
  slug: "acme",
  userId: "u1",
  table: () => ({ get: () => undefined }),
  status: () => status,
  onStatus: (listener: () => void) => {
    listeners.push(listener);
    return () => undefined;
  },
} as unknown as Engine;

beforeEach(() => {
  server = new Map();
  up = true;
  listeners = [];
  status = { phase: "ready", online: true, unsent: 0, texts: 0, kept: true, persisted: true, error: null };
  vi.mocked(toast).mockClear();
  vi.mocked(remote.sendComment).mockReset();
  vi.mocked(remote.sendComment).mockImplementation(async () => ({}) as remote.Comment);
  vi.mocked(remote.remoteText).mockImplementation(({ project, item }) => ({
    load: async (): Promise<Stored> => {
      if (!up) throw new SaveFailure(0, "away");
      return { html: server.get(`${project}/${item}`) ?? "<p>before</p>", etag: '"1"' };
    },
    save: async (html: string) => void server.set(`${project}/${item}`, html),
  }));
});

afterEach(async () => {
  stop();
  for (const { key } of await readDrafts("u1/")) await dropDraft(key);
});

const keyOf = (item: string) => descriptionKey("u1", { slug: "acme", project: "p1", item });
const left = { at: 1, project: "p1" };
const description = (item: string, base = "<p>before</p>") =>
  keepDraft({
    ...left,
    key: descriptionKey("u1", { slug: "acme", project: "p1", item }),
    html: `<p>${item}</p>`,
    base,
  });
const comment = (item: string, key: string) =>
  keepDraft({ ...left, key: `u1/acme/item/${item}/outgoing/${key}`, html: "<p>c</p>", base: null, sending: key });

test("comments and descriptions reach the server though their items are not opened, and nothing stays", async () => {
  await Promise.all([description("i1"), description("i2"), comment("i1", "k1"), comment("i3", "k2")]);
  await keepDraft({ ...left, key: "u1/acme/item/i3/comment/new", html: "<p>half</p>", base: null });
  stop = resumeTexts(engine);
  await vi.waitFor(async () => expect(await readDrafts("u1/")).toHaveLength(1));
  expect([...server]).toEqual([
    ["p1/i1", "<p>i1</p>"],
    ["p1/i2", "<p>i2</p>"],
  ]);
  expect(remote.sendComment).toHaveBeenCalledTimes(2);
  await vi.waitFor(() =>
    expect([hasSaver(keyOf("i1")), hasSaver(keyOf("i2")), countOutboxes()]).toEqual([false, false, 0]),
  );
  expect(toast).not.toHaveBeenCalled();
});

test("what could not be sent is tried again when the server is back", async () => {
  up = false;
  await description("i4");
  stop = resumeTexts(engine);
  await vi.waitFor(() => expect(remote.remoteText).toHaveBeenCalled());
  await new Promise((resolve) => setTimeout(resolve));
  up = true;
  await vi.waitFor(
    () => {
      dispatchEvent(new Event("online"));
      expect(server.get("p1/i4")).toBe("<p>i4</p>");
    },
    { timeout: 3_000 },
  );
});

test("what another page leaves behind meanwhile is taken up when the engine is online again", async () => {
  stop = resumeTexts(engine);
  await description("i5");
  status = { ...status, online: false };
  for (const listener of listeners) listener();
  status = { ...status, online: true };
  for (const listener of listeners) listener();
  await vi.waitFor(() => expect(server.get("p1/i5")).toBe("<p>i5</p>"));
});

test("where somebody else has written meanwhile nothing is overwritten, and it is said", async () => {
  await description("i6", "<p>older</p>");
  stop = resumeTexts(engine);
  await vi.waitFor(() => expect(toast).toHaveBeenCalledOnce());
  expect(server.size).toBe(0);
  expect(await readDrafts("u1/")).toHaveLength(1);
});

test("a saver is let go of once its text is saved and nobody looks at it", async () => {
  const at = { slug: "acme", project: "p1", item: "i7" };
  const key = keyOf("i7");
  const saver = saverOf(key, at, { html: "<p>before</p>", etag: '"1"' });
  stop = saver.subscribe(() => undefined);
  letGo(key, saver);
  expect(hasSaver(key)).toBe(true);
  saver.edit(() => "<p>typed</p>");
  stop();
  letGo(key, saver);
  expect(hasSaver(key)).toBe(true);
  await saver.flush();
  expect(hasSaver(key)).toBe(false);
});
