import { expect, it } from "vitest";
import { changedOf, draftOf, isTyped, resumed } from "./draft.ts";
import type { Webhook } from "./webhook.ts";

const webhook = {
  id: "w",
  url: "https://hooks.test/a",
  is_active: true,
  issue: true,
  issue_comment: false,
  project: false,
  cycle: false,
  module: false,
  events: ["page.created"],
  delivery_mode: "change",
} as unknown as Webhook;

it("only what was changed is sent", () => {
  const start = draftOf(webhook);
  expect(changedOf(start, { ...start })).toEqual({});
  expect(changedOf(start, { ...start, url: " https://hooks.test/a " })).toEqual({});
  expect(changedOf(start, { ...start, url: "https://hooks.test/b", cycle: true, events: [] })).toEqual({
    url: "https://hooks.test/b",
    cycle: true,
    events: [],
  });
  expect(changedOf(start, { ...start, is_active: false, delivery_mode: "compatible" })).toEqual({
    is_active: false,
    delivery_mode: "compatible",
  });
});

it("a new one is told of items and comments, as others tell it", () => {
  expect(draftOf(null)).toMatchObject({ issue: true, issue_comment: true, cycle: false, delivery_mode: "compatible" });
});

it("what was typed before is gone on with, and what another admin changed since stays his", () => {
  const start = draftOf(webhook);
  const before = { start, draft: { ...start, url: "https://hooks.test/b" } };
  const now = { ...start, is_active: false, events: ["page.deleted"], cycle: true };
  const begun = resumed(before, now);
  expect(begun.draft).toEqual({ ...now, url: "https://hooks.test/b" });
  expect(changedOf(begun.start, begun.draft)).toEqual({ url: "https://hooks.test/b" });
  expect(isTyped(begun)).toBe(true);
  expect(isTyped(resumed(before, { ...now, url: "https://hooks.test/b" }))).toBe(false);
});
