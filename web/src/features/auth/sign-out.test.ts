import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import * as client from "../../api/client.ts";
import * as shell from "../../app/shell-state.ts";
import { closeLayer } from "../../app/shell-state.ts";
import { preferences, setPreference } from "../../lib/preferences.ts";
import { keepDraft, readDrafts } from "../../sync/drafts.ts";
import { lastView, rememberView } from "../views/display.ts";
import { followSignOut, leave, leaveForGood, signOutHere, unsentHere } from "./sign-out.ts";

vi.mock("../../api/client.ts", async (original) => ({
  ...(await original<typeof client>()),
  signOut: vi.fn(async () => undefined),
}));

const assign = vi.spyOn(location, "assign").mockImplementation(() => undefined);
const openLayer = vi.spyOn(shell, "openLayer");
let turn = 0;
let user = "";

beforeEach(() => {
  vi.clearAllMocks();
  closeLayer("sign-out");
  user = `u${++turn}`;
  setPreference("account", { id: user, display_name: "Ada", email: null, avatar_url: null });
});

const comment = () =>
  keepDraft({ key: `${user}/acme/item/i1/outgoing/c1`, html: "<p>c</p>", base: null, at: 1, sending: "c1" });

test("with nothing unsent the session ends and the page is loaded anew", async () => {
  await leave("/invite#inv_abc");
  expect(client.signOut).toHaveBeenCalledOnce();
  expect(assign).toHaveBeenCalledExactlyOnceWith("/login?next=%2Finvite#inv_abc");
  expect(preferences().account).toBeNull();
});

test("a comment that waits, without any engine, makes it ask first", async () => {
  await comment();
  expect(await unsentHere()).toBe(1);
  await leave();
  expect(openLayer).toHaveBeenCalledWith("sign-out");
  expect(client.signOut).not.toHaveBeenCalled();
  expect(assign).not.toHaveBeenCalled();
  expect(await readDrafts(`${user}/`)).toHaveLength(1);
});

test("when the server cannot be told, everything stays", async () => {
  await comment();
  vi.mocked(client.signOut).mockRejectedValueOnce(new Error("away"));
  await expect(signOutHere()).rejects.toThrow("away");
  expect(preferences().account?.id).toBe(user);
  expect(await readDrafts(`${user}/`)).toHaveLength(1);
  expect(assign).not.toHaveBeenCalled();
});

test("his views go, and those of somebody else stay", async () => {
  rememberView({ user, slug: "acme", scope: "all" }, '{"f":"secret"}');
  rememberView({ user: "other", slug: "acme", scope: "all" }, '{"f":"theirs"}');
  setPreference("views", { ...preferences().views, all: '{"f":"of nobody knows whom"}' });
  expect(lastView({ user, slug: "acme", scope: "all" })).toContain("secret");
  expect(lastView({ user, slug: "other", scope: "all" })).toBe("");
  await signOutHere();
  expect(preferences().views).toEqual({ "other/acme/all": '{"f":"theirs"}' });
});

test("who signs out in one tab has left in all of them", async () => {
  const other = new BroadcastChannel("aileron:left");
  const stop = followSignOut();
  try {
    await comment();
    other.postMessage("somebody else");
    other.postMessage(user);
    await vi.waitFor(() => expect(assign).toHaveBeenCalledExactlyOnceWith("/login"));
    expect(await readDrafts(`${user}/`)).toEqual([]);
    // What is typed after that, or answered late, is not kept.
    await comment();
    expect(await readDrafts(`${user}/`)).toEqual([]);
  } finally {
    stop();
    other.close();
  }
});

test("leaving after the session ended removes drafts too, though no engine runs", async () => {
  await comment();
  await leaveForGood();
  expect(await readDrafts(`${user}/`)).toEqual([]);
  expect(preferences().account).toBeNull();
  expect(assign).toHaveBeenCalledExactlyOnceWith("/login");
});
