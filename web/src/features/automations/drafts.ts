/** What somebody has typed and not saved: it is there again when he comes back, until he saves it or throws it away. */

import type { Draft } from "./draft.ts";
import type { Place } from "./remote.ts";

interface Kept {
  readonly draft: Draft;
  /** The version that it was begun from. */
  readonly etag: string | null;
}

const kept = new Map<string, Kept>();

/** `what`: the id of the rule, or what a new one was begun from. */
export const draftKeyOf = ({ slug, project }: Place, what: string): string => `${slug} ${project} ${what}`;

export const keptDraft = (key: string): Kept | undefined => kept.get(key);

export function keepDraft(key: string, draft: Draft, etag: string | null): void {
  kept.set(key, { draft, etag });
}

export function dropDraft(key: string): void {
  kept.delete(key);
}
