import { beforeEach, expect, it, vi } from "vitest";
import { blankDraft, type Draft } from "./draft.ts";
import { draftKeyOf, dropDraft, keepDraft, keptDraft } from "./drafts.ts";
import * as remote from "./remote.ts";
import type { Rule } from "./rule.ts";
import { saveDraft } from "./saving.ts";

vi.mock("./remote.ts");

const at = { slug: "w", project: "p" };
const rule = { id: "r", name: "Sent", updated_at: "2026-01-01T10:00:00Z" } as Rule;
const sent: Draft = { ...blankDraft(), name: "Sent" };
const typed: Draft = { ...sent, name: "Typed since" };
const key = draftKeyOf(at, "r");
const newKey = draftKeyOf(at, "new ");

beforeEach(() => {
  for (const each of [key, newKey]) dropDraft(each);
  vi.mocked(remote.changeRule).mockReset().mockResolvedValue(rule);
  vi.mocked(remote.createRule).mockReset().mockResolvedValue(rule);
  vi.mocked(remote.readRule).mockReset().mockResolvedValue({ rule, etag: "2" });
});

it("drops the draft that was sent", async () => {
  keepDraft(key, sent, "1");
  expect(await saveDraft({ at, rule, draftKey: key, draft: sent, tag: "1" })).toEqual({ rule, typed: null });
  expect(keptDraft(key)).toBeUndefined();
  expect(remote.readRule).not.toHaveBeenCalled();
});

it("keeps what was typed before the answer, for the version that was saved", async () => {
  keepDraft(key, sent, "1");
  const saving = saveDraft({ at, rule, draftKey: key, draft: sent, tag: "1" });
  keepDraft(key, typed, "1");
  expect(await saving).toEqual({ rule, typed: { etag: "2" } });
  expect(keptDraft(key)).toEqual({ draft: typed, etag: "2" });
});

it.each([
  ["cannot be read", () => Promise.reject(new Error("500"))],
  ["is somebody else's", async () => ({ rule: { ...rule, updated_at: "2026-01-01T10:00:01Z" }, etag: "3" })],
])("stays with the old version where the new one %s", async (_, read) => {
  vi.mocked(remote.readRule).mockImplementation(read);
  keepDraft(key, typed, "1");
  expect(await saveDraft({ at, rule, draftKey: key, draft: sent, tag: "1" })).toEqual({ rule, typed: { etag: "1" } });
  expect(keptDraft(key)).toEqual({ draft: typed, etag: "1" });
});

it("makes of what was typed at a new rule a change of it", async () => {
  keepDraft(newKey, typed, null);
  await saveDraft({ at, rule: null, draftKey: newKey, draft: sent, tag: null });
  expect(keptDraft(newKey)).toBeUndefined();
  expect(keptDraft(key)).toEqual({ draft: typed, etag: "2" });
});

it("brings back nothing that was thrown away", async () => {
  keepDraft(key, typed, "1");
  vi.mocked(remote.readRule).mockImplementation(async () => {
    dropDraft(key);
    return { rule, etag: "2" };
  });
  expect(await saveDraft({ at, rule, draftKey: key, draft: sent, tag: "1" })).toEqual({ rule, typed: null });
  expect(keptDraft(key)).toBeUndefined();
});

it("keeps all when it is refused", async () => {
  vi.mocked(remote.changeRule).mockRejectedValue(new Error("412"));
  keepDraft(key, sent, "1");
  await expect(saveDraft({ at, rule, draftKey: key, draft: sent, tag: "1" })).rejects.toThrow("412");
  expect(keptDraft(key)?.draft).toBe(sent);
});
