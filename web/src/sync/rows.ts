/** The rows that the server syncs, as they travel. Names and values are those of the API; see docs/sync.md. */

export type Id = string;
export type Role = 20 | 15 | 10 | 5;
export type StateGroup = "backlog" | "unstarted" | "started" | "completed" | "cancelled" | "triage";
export type Priority = "urgent" | "high" | "medium" | "low" | "none";

export interface Row {
  readonly id: Id;
  /** The place in the workspace's log of the row's last change. */
  readonly version: number;
}

export interface Workspace extends Row {
  readonly name: string;
  readonly slug: string;
  readonly logo: string | null;
  readonly owner: Id;
  readonly timezone: string;
  readonly organization_size: string | null;
  readonly role: Role;
  readonly is_owner: boolean;
}

/** A person in the workspace; the id is that of the account. */
export interface Member extends Row {
  readonly display_name: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly avatar_url: string | null;
  readonly email?: string | null;
  readonly kind: "human" | "agent" | "integration" | "placeholder";
  readonly role: Role;
  readonly is_active: boolean;
}

export interface Project extends Row {
  readonly name: string;
  readonly identifier: string;
  readonly description: string;
  readonly network: 0 | 2;
  readonly logo_props: unknown;
  readonly cover_image: string | null;
  readonly project_lead: Id | null;
  readonly default_assignee: Id | null;
  readonly default_state: Id | null;
  readonly archived_at: string | null;
  readonly module_view: boolean;
  readonly cycle_view: boolean;
  readonly issue_views_view: boolean;
  readonly page_view: boolean;
  readonly intake_view: boolean;
  readonly guest_view_all_features: boolean;
  readonly timezone: string;
  /** The caller's role in it; null: not a member. */
  readonly member_role: Role | null;
  readonly created_at: string;
}

export interface ProjectMember extends Row {
  readonly project: Id;
  readonly member: Id;
  readonly role: Role;
}

export interface State extends Row {
  readonly project: Id;
  readonly name: string;
  readonly color: string;
  readonly group: StateGroup;
  readonly sequence: number;
  readonly default: boolean;
  readonly description: string;
}

export interface Label extends Row {
  readonly project: Id | null;
  readonly name: string;
  readonly color: string;
  readonly parent: Id | null;
  readonly sort_order: number;
}

export interface WorkItemType extends Row {
  readonly name: string;
  readonly description: string;
  readonly is_default: boolean;
  readonly is_active: boolean;
}

/** A work item without its text. */
export interface WorkItem extends Row {
  readonly project: Id;
  readonly sequence_id: number;
  readonly name: string;
  readonly state: Id;
  readonly priority: Priority;
  readonly assignees: readonly Id[];
  readonly labels: readonly Id[];
  readonly parent: Id | null;
  readonly type: Id | null;
  readonly estimate_point: Id | null;
  readonly point: number | null;
  /** Civil dates, `YYYY-MM-DD`. */
  readonly start_date: string | null;
  readonly target_date: string | null;
  readonly completed_at: string | null;
  readonly archived_at: string | null;
  readonly sort_order: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly created_by: Id | null;
  readonly sub_items_count: number;
  readonly sub_items_done: number;
  readonly link_count: number;
  readonly attachment_count: number;
  readonly cycle: Id | null;
  readonly modules: readonly Id[];
}

/** A stretch of time that items are planned for. */
export interface Cycle extends Row {
  readonly project: Id;
  readonly name: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly sort_order: number;
  readonly archived_at: string | null;
}

/** A part of the work that items belong to. */
export interface Module extends Row {
  readonly project: Id;
  readonly name: string;
  readonly status: string;
  readonly sort_order: number;
  readonly archived_at: string | null;
}

/** Every synced collection by its name in the protocol. */
export interface Rows {
  workspace: Workspace;
  member: Member;
  project: Project;
  project_member: ProjectMember;
  state: State;
  label: Label;
  cycle: Cycle;
  module: Module;
  work_item_type: WorkItemType;
  work_item: WorkItem;
}

export type Entity = keyof Rows;
