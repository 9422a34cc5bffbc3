import { describe, expect, it } from "vitest";
import { condensed, tell } from "./words.ts";

const change = (field: string | null, old_value: string | null, new_value: string | null, verb = "updated") => ({
  field,
  old_value,
  new_value,
  verb,
  old_identifier: old_value ? "old" : null,
  new_identifier: new_value ? "new" : null,
});

describe("what happened is told", () => {
  it.each([
    [change(null, null, null, "created"), { words: "created the item" }],
    [change("state", "Backlog", "Done"), { words: "set the state to", value: "Done", before: "Backlog" }],
    [change("priority", "high", "none"), { words: "set the priority to", value: "no priority", before: "high" }],
    [change("name", "A", "B"), { words: "renamed it to", value: "B" }],
    [change("assignees", "", "bob"), { words: "assigned", value: "bob", about: "new" }],
    [change("assignees", "bob", ""), { words: "unassigned", value: "bob", about: "old" }],
    [change("target_date", "2020-02-03", null), { words: "removed the due date", before: "3 Feb 2020" }],
    [change("link", null, "https://a.test", "created"), { words: "added the link", value: "https://a.test" }],
    [change("attachment", null, "a.txt", "created"), { words: "attached", value: "a.txt" }],
    [change("attachment", null, null, "deleted"), { words: "removed the file" }],
    [change("archived_at", null, "manual_archive"), { words: "archived the item" }],
    [change("archived_at", "archive", "restore"), { words: "brought the item back from the archive" }],
    [change("something_new", "1", "2"), { words: "set the something new to", value: "2", before: "1" }],
  ])("%j", (activity, told) => {
    expect(tell(activity)).toEqual(told);
  });

  it("tells relations from this item", () => {
    const began = { ...change("blocked_by", "", "ENG-2"), old_identifier: "x", new_identifier: null };
    expect(tell(began)).toEqual({ words: "set it as blocked by", value: "ENG-2", about: "x" });
    const ended = { ...change("blocking", "ENG-2", ""), old_identifier: "x", new_identifier: null };
    expect(tell(ended)).toEqual({ words: "removed “blocks”", value: "ENG-2", about: "x" });
  });
});

it("takes repeated saves of a text as one", () => {
  const at = (id: string, minute: number, actor: string, field = "description") => ({
    ...change(field, null, null),
    id,
    actor,
    created_at: new Date(2026, 0, 1, 10, minute).toISOString(),
  });
  const newestFirst = [
    at("e", 50, "ana"),
    at("d", 12, "bob"),
    at("c", 9, "ana"),
    at("b", 5, "ana"),
    at("a", 0, "ana", "name"),
  ];
  expect(condensed(newestFirst).map(({ id }) => id)).toEqual(["a", "c", "d", "e"]);
});
