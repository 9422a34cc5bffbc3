/** A rule as it travels. The schema leaves its parts open; here they are what the server reads (docs/automations.md). */

import type { Schemas } from "../../api/client.ts";
import type { Id, Priority } from "../../sync/rows.ts";

/** A condition, or others put together: the tree that lists take. */
export type Tree = Readonly<Record<string, unknown>>;

export type Trigger =
  | { readonly kind: "item_created" }
  | { readonly kind: "item_changed"; readonly fields?: readonly string[] }
  | { readonly kind: "comment_added" }
  | { readonly kind: "schedule"; readonly hour?: number; readonly idle_days?: number | null }
  | { readonly kind: "due_soon"; readonly days: number; readonly hour?: number };

export type TriggerKind = Trigger["kind"];
export type Policy = "default_assignee" | "round_robin" | "least_loaded";
export type Audience = "assignees" | "subscribers" | "creator";

export type Action =
  | { readonly kind: "set_state"; readonly state: Id }
  | { readonly kind: "close" | "archive" }
  | { readonly kind: "set_priority"; readonly priority: Priority }
  | { readonly kind: "set_start_date" | "set_target_date"; readonly days: number | null }
  | { readonly kind: "set_estimate"; readonly estimate_point: Id | null }
  | { readonly kind: "add_labels" | "remove_labels"; readonly labels: readonly Id[] }
  | { readonly kind: "add_assignees" | "remove_assignees"; readonly assignees: readonly Id[] }
  | { readonly kind: "assign"; readonly policy: Policy; readonly members?: readonly Id[] }
  | { readonly kind: "add_to_cycle"; readonly cycle: Id }
  | { readonly kind: "add_to_module"; readonly module: Id }
  | { readonly kind: "add_comment"; readonly comment_html: string }
  | {
      readonly kind: "notify";
      readonly to?: readonly Audience[];
      readonly members?: readonly Id[];
      readonly message: string;
    };

export type ActionKind = Action["kind"];

/** What a rule does when, on which items. */
export interface Parts {
  readonly trigger: Trigger;
  readonly filters: Tree;
  readonly actions: readonly Action[];
}

export interface Rule extends Omit<Schemas["Automation"], keyof Parts>, Parts {}

export type Setting = "archive_in" | "close_in";
export type Run = Schemas["AutomationRun"];
export type Effect = Schemas["AutomationEffect"];
export type DryRun = Schemas["AutomationDryRun"];
