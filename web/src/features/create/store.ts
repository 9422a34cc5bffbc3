/** Whether the dialog for a new item is open, and what it starts with. */

import { store } from "../../lib/store.ts";
import type { Id } from "../../sync/rows.ts";
import type { GroupKey } from "../../sync/view-spec.ts";

export interface CreateRequest {
  /** null: the last one, or the first there is. */
  readonly project: Id | null;
  readonly parent?: Id;
  /** The refused item whose name and text come back. */
  readonly again?: Id | undefined;
  /** The groups that it was begun in: the item gets what their items share. */
  readonly groups?: readonly { readonly key: GroupKey | null; readonly value: string }[];
}

const request = store<CreateRequest | null>(null);

export const openCreate = (next: CreateRequest): void => request.set(next);
export const closeCreate = (): void => request.set(null);
export const useCreateRequest = (): CreateRequest | null => request.use();
