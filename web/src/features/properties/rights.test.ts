import { describe, expect, it } from "vitest";
import { mayArchive, mayAttach, mayDelete, mayEdit, mayLink, mayMake, type Who } from "./rights.ts";

const own = { project: "p", created_by: "me", archived_at: null };
const others = { ...own, created_by: "somebody" };
const archived = { ...own, archived_at: "2026-11-01" };
const as = (role: number): Who => ({ me: "me", role: () => role });

/** Edit, delete, archive, link, attach. */
const rights = (who: Who, item: typeof own | typeof archived) =>
  [mayEdit, mayDelete, mayArchive, mayLink, mayAttach].map((may) => may(who, item));

describe("what may be done with an item", () => {
  it.each([
    ["an admin", 20, [true, true, true, true, true], [true, true, true, true, true]],
    ["a member", 15, [true, false, true, true, true], [true, true, true, true, true]],
    ["a viewer", 10, [false, false, false, false, true], [true, true, false, false, true]],
    ["a guest", 5, [false, false, false, false, true], [true, true, false, false, true]],
    ["somebody outside", 0, [false, false, false, false, false], [false, false, false, false, false]],
  ])("by %s: that of others, and one's own", (_, role, ofOthers, ofMine) => {
    expect(rights(as(role), others)).toEqual(ofOthers);
    expect(rights(as(role), own)).toEqual(ofMine);
    expect(mayMake(as(role), "p")).toBe(role >= 15);
  });

  it("what is archived is taken back or deleted, and else only read", () => {
    expect(rights(as(20), archived)).toEqual([false, true, true, false, false]);
  });
});
