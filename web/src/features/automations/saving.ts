/** Sends a rule, and keeps what somebody types before the answer is there. */

import { bodyOf, type Draft } from "./draft.ts";
import { draftKeyOf, dropDraft, keepDraft, keptDraft } from "./drafts.ts";
import { changeRule, createRule, type Place, readRule } from "./remote.ts";
import type { Rule } from "./rule.ts";

export interface Sending {
  readonly at: Place;
  /** null: a new one. */
  readonly rule: Rule | null;
  readonly draftKey: string;
  readonly draft: Draft;
  /** The version that it may replace; null: any. */
  readonly tag: string | null;
}

export interface Saved {
  readonly rule: Rule;
  /** What was typed since is a draft of this version of the rule; null: nothing was. */
  readonly typed: { readonly etag: string | null } | null;
}

export async function saveDraft({ at, rule, draftKey, draft, tag }: Sending): Promise<Saved> {
  const body = bodyOf(draft);
  const saved = rule ? await changeRule(at, rule.id, body, tag) : await createRule(at, body);
  if ((keptDraft(draftKey)?.draft ?? draft) === draft) {
    dropDraft(draftKey);
    return { rule: saved, typed: null };
  }
  // The answer does not say its version. Unread, or changed again by then, the old one stands: the next save is refused
  // before it replaces anything.
  const etag = await readRule(at, saved.id).then(
    (read) => (read.rule.updated_at === saved.updated_at ? read.etag : tag),
    () => tag,
  );
  const kept = keptDraft(draftKey);
  if (!kept) return { rule: saved, typed: null };
  dropDraft(draftKey);
  // What was new is changed from now on, instead of made a second time.
  keepDraft(draftKeyOf(at, saved.id), kept.draft, etag);
  return { rule: saved, typed: { etag } };
}
