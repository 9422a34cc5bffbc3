import { describe, expect, it } from "vitest";
import { groupsOf, isDeleted, keyOfItem, reasonOf } from "./groups.ts";
import { moment, notification } from "./testing.ts";

const only = (rows: Parameters<typeof groupsOf>[0]) => {
  const [group] = groupsOf(rows);
  if (!group) throw new Error("no group");
  return group;
};

describe("entries", () => {
  it("are one line for each item, where something happened last in front", () => {
    const rows = [
      notification("b", 9),
      notification("a", 8, { read_at: moment(8) }),
      notification("b", 7, { read_at: moment(8) }),
      notification("c", 6),
      notification("b", 5),
    ];
    const groups = groupsOf(rows);
    expect(groups.map(({ item, unread }) => [item, unread])).toEqual([
      ["b", 2],
      ["a", 0],
      ["c", 1],
    ]);
    expect(groups[0]?.newest).toBe(rows[0]);
    expect(groups[0]?.rows).toEqual([rows[0], rows[2], rows[4]]);
  });

  it("say the strongest reason of all that happened", () => {
    expect(reasonOf(only([notification("a", 2), notification("a", 1, { reasons: ["mentioned", "created"] })]))).toBe(
      "mentioned",
    );
    expect(reasonOf(only([notification("a", 2)]))).toBe("subscribed");
  });

  it("know a deleted item by its deletion being all that is told", () => {
    const deletion = notification("a", 2, { verb: "deleted" });
    expect(isDeleted(only([deletion]))).toBe(true);
    expect(isDeleted(only([deletion, notification("a", 1)]))).toBe(false);
    expect(isDeleted(only([notification("a", 1, { entity: "comment", verb: "deleted" })]))).toBe(false);
    expect(keyOfItem(only([deletion]))).toBe("ENG-1");
  });
});
