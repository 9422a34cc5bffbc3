import { describe, expect, it } from "vitest";
import { condensed, type LoggedEvent, sentence, tell, tellEvent } from "./words.ts";

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

describe("an event is told to who was notified of it", () => {
  const event = (entity: string, verb: string, part: Partial<LoggedEvent> = {}): LoggedEvent => ({
    entity,
    verb,
    changes: [],
    mentions: false,
    ...part,
  });
  const changed = (field: string, old_value: unknown, new_value: unknown, new_identifier: string | null = null) => ({
    field,
    old_value,
    new_value,
    new_identifier,
    old_identifier: null,
  });
  const said = (given: LoggedEvent) => tellEvent(given, "me").map(sentence);

  it.each<[LoggedEvent, string[]]>([
    [event("work_item", "created"), ["created the item"]],
    [event("work_item", "created", { mentions: true }), ["created the item and mentioned you"]],
    [event("work_item", "deleted"), ["deleted the item"]],
    [event("work_item", "updated", { mentions: true }), ["mentioned you in the description"]],
    [event("comment", "created"), ["commented"]],
    [event("comment", "created", { mentions: true }), ["mentioned you in a comment"]],
    [event("comment", "deleted", { mentions: true }), ["deleted a comment"]],
    [event("relation", "created"), ["related the item"]],
    [
      event("relation", "created", { changes: [changed("blocked_by", null, "ENG-2", "x")] }),
      ["set it as blocked by ENG-2"],
    ],
    [
      event("link", "deleted", { changes: [changed("link", "https://a.test", null)] }),
      ["removed the link https://a.test"],
    ],
    [event("intake_item", "declined"), ["declined the request"]],
    [event("automation", "notified"), ["tells you"]],
    [event("work_item", "updated", { changes: [changed("assignees", null, "Ada", "me")] }), ["assigned you"]],
    [event("work_item", "updated", { changes: [changed("assignees", null, "Bob", "bob")] }), ["assigned Bob"]],
    [event("work_item", "updated", { changes: [changed("point", null, 3)] }), ["set the estimate to 3"]],
    [event("work_item", "updated", { changes: [changed("archived_at", null, "2026-01-01")] }), ["archived the item"]],
    [
      event("work_item", "updated", { changes: [changed("archived_at", "2026-01-01", null)] }),
      ["brought the item back from the archive"],
    ],
    [
      event("work_item", "updated", {
        changes: [changed("state", "Backlog", "Done"), changed("priority", "none", "high")],
      }),
      ["set the state to Done (was Backlog)", "set the priority to high (was no priority)"],
    ],
  ])("%j", (given, words) => {
    expect(said(given)).toEqual(words);
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
