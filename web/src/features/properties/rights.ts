/** What the user may do with items: the lines of the permission table (`kernel/src/permissions.rs`) that are about them. */

import type { Id, WorkItem } from "../../sync/rows.ts";

const ADMIN = 20;
const MEMBER = 15;

/** Who asks. `role`: in the project, as far as something can be changed there at all; else 0. */
export interface Who {
  readonly me: Id;
  role(project: Id): number;
}

type Owned = Pick<WorkItem, "project" | "created_by" | "archived_at">;

/** Members, and who made it. What is archived is only read. */
export function mayEdit(who: Who, item: Owned): boolean {
  return item.archived_at === null && (who.role(item.project) >= MEMBER || made(who, item));
}

/** Admins, and who made it; archived or not. */
export function mayDelete(who: Who, item: Owned): boolean {
  return who.role(item.project) >= ADMIN || made(who, item);
}

/** Into the archive and out of it. */
export function mayArchive(who: Who, item: Owned): boolean {
  return who.role(item.project) >= MEMBER;
}

/** Make items, labels and relations, and put items into cycles and modules. */
export function mayMake(who: Who, project: Id): boolean {
  return who.role(project) >= MEMBER;
}

/** Relate it to others, give it links, put others below it. */
export function mayLink(who: Who, item: Owned): boolean {
  return item.archived_at === null && mayMake(who, item.project);
}

/** Everybody who sees it may add files to it. */
export function mayAttach(who: Who, item: Owned): boolean {
  return item.archived_at === null && who.role(item.project) > 0;
}

function made(who: Who, item: Owned): boolean {
  return item.created_by === who.me && who.role(item.project) > 0;
}
