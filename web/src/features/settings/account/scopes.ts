/** All scopes that only read, as the server names them. */
export const READ_ONLY = [
  "assets:read",
  "profile:read",
  "projects:read",
  "projects.labels:read",
  "projects.members:read",
  "projects.states:read",
  "projects.work_item_types:read",
  "projects.work_items:read",
  "projects.work_items.activities:read",
  "projects.work_items.attachments:read",
  "projects.work_items.comments:read",
  "projects.work_items.links:read",
  "projects.work_items.relations:read",
  "stickies:read",
  "workspaces:read",
  "workspaces.members:read",
] as const;
