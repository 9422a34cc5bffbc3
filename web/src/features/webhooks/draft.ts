/** A webhook as it is written. */

import type { Body } from "./remote.ts";
import { FLAGS, type Flag, type Mode, type Webhook } from "./webhook.ts";

export interface Draft extends Readonly<Record<Flag, boolean>> {
  readonly url: string;
  readonly events: readonly string[];
  readonly delivery_mode: Mode;
  readonly is_active: boolean;
}

/** null: a new one. */
export function draftOf(webhook: Webhook | null): Draft {
  if (!webhook) {
    const flags = { issue: true, issue_comment: true, project: false, cycle: false, module: false };
    return { url: "", events: [], delivery_mode: "compatible", is_active: true, ...flags };
  }
  const { url, events, is_active, issue, issue_comment, project, cycle, module } = webhook;
  const delivery_mode = webhook.delivery_mode === "change" ? "change" : "compatible";
  return { url, events, is_active, delivery_mode, issue, issue_comment, project, cycle, module };
}

/** Only what somebody changed is sent: what another admin changed meanwhile stays. */
export function changedOf(start: Draft, draft: Draft): Body {
  const body: Body = {};
  if (draft.url.trim() !== start.url) body.url = draft.url.trim();
  if (draft.events.join() !== start.events.join()) body.events = [...draft.events];
  if (draft.delivery_mode !== start.delivery_mode) body.delivery_mode = draft.delivery_mode;
  if (draft.is_active !== start.is_active) body.is_active = draft.is_active;
  for (const flag of FLAGS) if (draft[flag] !== start[flag]) body[flag] = draft[flag];
  return body;
}

/** What was typed and not saved, with what it was begun from. */
export interface Begun {
  readonly start: Draft;
  readonly draft: Draft;
}

const FIELDS = ["url", "events", "delivery_mode", "is_active", ...FLAGS] as const;

/** Goes on with it from how the webhook is now: only what was typed is as it was typed. */
export function resumed({ start, draft }: Begun, now: Draft): Begun {
  const typed = FIELDS.filter((field) => String(draft[field]) !== String(start[field]));
  return { start: now, draft: { ...now, ...Object.fromEntries(typed.map((field) => [field, draft[field]])) } };
}

export function isTyped({ start, draft }: Begun): boolean {
  return FIELDS.some((field) => String(draft[field]) !== String(start[field]));
}
