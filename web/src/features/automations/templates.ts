/** Where to start from: rules that many projects want, filled in with what the project has. */

import type { Id, Label, State } from "../../sync/rows.ts";
import { type Draft, draftOf } from "./draft.ts";
import type { Action, Tree, Trigger } from "./rule.ts";

export interface Given {
  readonly states: readonly State[];
  readonly labels: readonly Label[];
  /** Who can be given work. */
  readonly people: readonly Id[];
}

export interface Template {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly draft: (given: Given) => Draft;
}

const UNTOUCHED = 90;

export const templates: readonly Template[] = [
  {
    id: "reminder",
    title: "Remind before the due date",
    help: "Who works on an item hears of it three days ahead.",
    draft: () =>
      start("Reminder before the due date", { kind: "due_soon", days: 3, hour: 8 }, {}, [
        { kind: "notify", to: ["assignees"], message: "Due in three days or less." },
      ]),
  },
  {
    id: "urgent-bugs",
    title: "Urgent bugs go to whoever has time",
    help: "They are assigned to whoever has the least to do.",
    draft: ({ labels, people }) => {
      const bug = labels.find(({ name }) => /\b(bugs?|defects?|fehler)\b/i.test(name));
      const urgent = { priority__in: ["urgent"] };
      const filters = bug ? { and: [{ label_id__in: [bug.id] }, urgent] } : urgent;
      return start("Urgent bugs", { kind: "item_changed", fields: ["labels", "priority"] }, filters, [
        { kind: "assign", policy: "least_loaded", members: people },
      ]);
    },
  },
  {
    id: "untouched",
    title: "Close what nobody touched",
    help: `Open items that nobody changed for ${UNTOUCHED} days, with a comment that says so.`,
    draft: () =>
      start(
        "Close what nobody touched",
        { kind: "schedule", hour: 6, idle_days: UNTOUCHED },
        { state_group__in: ["backlog", "unstarted"] },
        [
          {
            kind: "add_comment",
            comment_html: `<p>Closed because nobody changed it for ${UNTOUCHED} days. Open it again if it still matters.</p>`,
          },
          { kind: "close" },
        ],
      ),
  },
  {
    id: "review",
    title: "Review in turn",
    help: "What comes into review gets the next reviewer.",
    draft: ({ states, people }) => {
      const review =
        states.find(({ name }) => /review|test|pr[üu]f/i.test(name)) ??
        states.findLast(({ group }) => group === "started");
      return start(
        "Review in turn",
        { kind: "item_changed", fields: ["state"] },
        review ? { state_id__in: [review.id] } : {},
        [{ kind: "assign", policy: "round_robin", members: people }],
      );
    },
  },
];

function start(name: string, trigger: Trigger, filters: Tree, actions: readonly Action[]): Draft {
  return draftOf({ name, trigger, filters, actions });
}
