/** Whether the dialog for a new item is open, and what it starts with. */

import { useSyncExternalStore } from "react";
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

let open: CreateRequest | null = null;
const listeners = new Set<() => void>();

export function openCreate(request: CreateRequest): void {
  set(request);
}

export function closeCreate(): void {
  set(null);
}

export function useCreateRequest(): CreateRequest | null {
  return useSyncExternalStore(subscribe, () => open);
}

function set(request: CreateRequest | null): void {
  open = request;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
