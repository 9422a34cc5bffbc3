import { describe, expect, it } from "vitest";
import { conflictWords, effectsWords, effectWords } from "./outcomes.ts";
import type { Action, Effect, Tree, Trigger } from "./rule.ts";
import { actionWords, listed, type Names, sentence, textOfHtml, whenWords, whereWords } from "./words.ts";

const known: Readonly<Record<string, string>> = {
  bug: "Bug",
  chore: "Chore",
  review: "In review",
  done: "Done",
  ada: "Ada",
  bob: "Bob",
  eve: "Eve",
  c1: "Sprint 3",
  m1: "Wheel",
  five: "5",
  i1: "ENG-12",
  t1: "Task",
};
const names: Names = (_, id) => known[id];

describe("the sentence", () => {
  it("says when, if and what", () => {
    const rule = {
      trigger: { kind: "item_changed", fields: ["labels"] },
      filters: { label_id: "bug" },
      actions: [
        { kind: "set_priority", priority: "urgent" },
        { kind: "assign", policy: "least_loaded", members: ["ada", "bob"] },
      ],
    } as const;
    expect(sentence(rule, names)).toBe(
      "When labels change, if label is Bug: set priority to Urgent, assign who has the least to do of Ada and Bob",
    );
    expect(sentence({ ...rule, filters: {}, actions: [] }, names)).toBe("When labels change: nothing yet");
  });

  it.each<[Trigger, string]>([
    [{ kind: "item_created" }, "When an item is created"],
    [{ kind: "comment_added" }, "When somebody comments"],
    [{ kind: "item_changed" }, "When anything about an item changes"],
    [{ kind: "item_changed", fields: ["state"] }, "When the state changes"],
    [
      { kind: "item_changed", fields: ["state", "labels", "target_date"] },
      "When the state, labels or the due date change",
    ],
    [{ kind: "item_changed", fields: ["colour"] }, "When colour changes"],
    [{ kind: "schedule" }, "Every day at 09:00"],
    [{ kind: "schedule", hour: 0, idle_days: null }, "Every day at 00:00"],
    [{ kind: "schedule", hour: 13, idle_days: 1 }, "Every day at 13:00, on items that nobody changed for 1 day"],
    [{ kind: "due_soon", days: 3, hour: 8 }, "When an item is due in 3 days or less, at 08:00"],
    [{ kind: "due_soon", days: 0 }, "On the day an item is due, at 09:00"],
    [{ kind: "moon" } as never, "At a time that this page does not know"],
  ])("of the trigger %j", (trigger, words) => expect(whenWords(trigger)).toBe(words));

  it.each<[Tree, string]>([
    [{}, ""],
    [{ label_id__in: ["bug", "chore"] }, "label is Bug or Chore"],
    [{ label_id: "gone" }, "label is a deleted label"],
    [{ label_id__in: [] }, "label is …"],
    [{ not: { priority__in: [] } }, "priority is not …"],
    [{ target_date__lt: "" }, "due date is before …"],
    [{ state_id: "gone", priority__in: ["none"] }, "state is a deleted state and priority is None"],
    [{ not: { label_id__in: ["bug"] } }, "label is not Bug"],
    [{ assignee_id__isnull: true }, "it has no assignee"],
    [{ assignee_id: null }, "it has no assignee"],
    [{ not: { target_date__isnull: true } }, "it has a due date"],
    [{ label_id__in: ["bug", null] }, "label is Bug or empty"],
    [{ state_group: "backlog,started" }, "state is in the backlog or started"],
    [{ target_date__lt: "2026-12-01" }, "due date is before 1 Dec 2026"],
    [{ created_at__gte: "2026-12-01T10:00:00Z" }, "created is 1 Dec 2026 or after"],
    [{ start_date__range: ["2026-12-01", "2026-12-24"] }, "start date is from 1 Dec 2026 to 24 Dec 2026"],
    [
      { cycle_id: "c1", module_id: "m1", type_id: "t1", parent_id: "i1" },
      "cycle is Sprint 3 and module is Wheel and type is Task and parent is ENG-12",
    ],
    [
      { or: [{ label_id: "bug" }, { and: [{ priority: "low" }, { created_by_id: "x" }] }] },
      "label is Bug or (priority is Low and creator is somebody who left)",
    ],
    [
      { and: [{ or: [{ label_id: "bug" }, { label_id: "chore" }] }, { priority: "low" }] },
      "(label is Bug or label is Chore) and priority is Low",
    ],
    [{ not: { or: [{ label_id: "bug" }, { priority: "low" }] } }, "not (label is Bug or priority is Low)"],
    [
      {
        AND: [
          { OR: [{ label_id: "bug" }, { label_id: "chore" }] },
          { NOT: { Or: [{ priority: "low" }, { type_id: "t1" }] } },
        ],
      },
      "(label is Bug or label is Chore) and not (priority is Low or type is Task)",
    ],
    [
      { OR: [{ And: [{ label_id: "bug" }, { priority: "low" }] }, { NOT: { label_id: "chore" } }] },
      "(label is Bug and priority is Low) or label is not Chore",
    ],
  ])("of the conditions %j", (tree, words) => expect(whereWords(tree, names)).toBe(words));

  it.each<[Action, string]>([
    [{ kind: "set_state", state: "done" }, "set state to Done"],
    [{ kind: "set_state", state: "x" }, "set state to a deleted state"],
    [{ kind: "set_state" } as never, "set state to …"],
    [{ kind: "close" }, "close it"],
    [{ kind: "archive" }, "archive it"],
    [{ kind: "set_priority", priority: "none" }, "set priority to None"],
    [{ kind: "set_start_date", days: 0 }, "set the start date to the same day"],
    [{ kind: "set_target_date", days: 1 }, "set the due date to 1 day later"],
    [{ kind: "set_target_date", days: null }, "clear the due date"],
    [{ kind: "set_target_date" } as never, "set the due date to … days later"],
    [{ kind: "set_estimate", estimate_point: "five" }, "set estimate to 5"],
    [{ kind: "set_estimate", estimate_point: null }, "clear the estimate"],
    [{ kind: "add_labels", labels: ["bug", "chore"] }, "add labels Bug and Chore"],
    [{ kind: "remove_labels", labels: ["bug"] }, "remove label Bug"],
    [{ kind: "add_labels" } as never, "add label …"],
    [{ kind: "add_assignees", assignees: ["ada"] }, "assign Ada"],
    [{ kind: "remove_assignees", assignees: ["x"] }, "take somebody who left off it"],
    [{ kind: "assign", policy: "default_assignee" }, "assign who gets new items of the project"],
    [{ kind: "assign", policy: "round_robin", members: ["ada", "bob", "eve"] }, "assign Ada, Bob or Eve in turn"],
    [{ kind: "add_to_cycle", cycle: "c1" }, "put it into cycle Sprint 3"],
    [{ kind: "add_to_module", module: "x" }, "put it into module a deleted module"],
    [
      { kind: "add_comment", comment_html: "<p>Please <b>look</b></p><p>at &lt;this&gt;</p>" },
      "comment “Please look at <this>”",
    ],
    [{ kind: "add_comment", comment_html: `<p>${"word ".repeat(30)}</p>` }, `comment “${"word ".repeat(12).trim()}…”`],
    [
      { kind: "notify", to: ["assignees", "creator"], members: ["eve"], message: "Soon" },
      "tell its assignees, its creator and Eve “Soon”",
    ],
    [{ kind: "notify" } as never, "tell nobody “…”"],
    [{ kind: "explode" } as never, "something that this page does not know"],
  ])("of the action %j", (action, words) => expect(actionWords(action, names)).toBe(words));

  it("names the first of many", () => {
    expect(listed(["a", "b", "c", "d", "e"], "or")).toBe("a, b, c, d or e");
    expect(listed(["a", "b", "c", "d", "e", "f"], "and")).toBe("a, b, c, d and 2 others");
  });

  it("reads comments without their marks", () => {
    expect(textOfHtml("<p>one</p><p>two<br>three</p>")).toBe("one\ntwo\nthree");
    expect(textOfHtml("<p>&amp;lt;</p>")).toBe("&lt;");
  });
});

describe("what it did", () => {
  const effect = (action: string, result: Effect["result"], value: unknown): Effect => ({ action, result, value });

  it.each<[Effect, string]>([
    [effect("set_state", "changed", "done"), "state set to Done"],
    [effect("close", "unchanged", "done"), "state was Done already"],
    [effect("close", "missing", null), "state: what it names is gone"],
    [effect("set_priority", "changed", "high"), "priority set to High"],
    [effect("set_target_date", "changed", "2026-12-01"), "due date set to 1 Dec 2026"],
    [effect("set_target_date", "changed", null), "due date cleared"],
    [effect("set_start_date", "unchanged", "2026-12-01"), "start date stays"],
    [effect("set_estimate", "changed", "five"), "estimate set to 5"],
    [effect("add_labels", "changed", ["bug", "chore"]), "labels Bug and Chore added"],
    [effect("remove_labels", "unchanged", ["bug"]), "labels: nothing to change"],
    [effect("assign", "changed", ["ada"]), "assigned to Ada"],
    [effect("assign", "unchanged", ["ada"]), "Ada works on it already"],
    [effect("assign", "unknown", null), "assignee: cannot be known"],
    [effect("remove_assignees", "changed", ["ada", "bob"]), "Ada and Bob taken off it"],
    [effect("add_to_cycle", "changed", "c1"), "put into cycle Sprint 3"],
    [effect("add_to_module", "changed", "m1"), "put into module Wheel"],
    [effect("add_comment", "changed", null), "comment written"],
    [effect("archive", "changed", null), "archived"],
    [effect("archive", "unchanged", null), "not archived: it is not finished"],
    [effect("notify", "changed", { to: ["assignees"], members: ["eve"] }), "told its assignees and Eve"],
    [effect("explode_it", "changed", null), "explode it"],
  ])("%j", (given, words) => expect(effectWords(given, names)).toBe(words));

  it("is one sentence", () => {
    const effects = [effect("set_state", "changed", "done"), effect("archive", "changed", null)];
    expect(effectsWords(effects, names)).toBe("State set to Done, archived");
    expect(effectsWords([], names)).toBe("");
  });

  it("says what was touched since, each once", () => {
    const touched = (field: string, actor: string | null) => ({ entity: "work_item", field, actor, at: "" });
    const all = [touched("state", "ada"), touched("state", "ada"), touched("target_date", null)];
    expect(conflictWords(all, names)).toBe("state (by Ada) and due date (by an automation)");
  });
});
