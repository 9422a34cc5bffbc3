/** Webhooks and what was sent to them, as they travel. */

import type { Schemas } from "../../api/client.ts";

/** As lists have it: its secrets are said once and not kept with it. */
export type Webhook = Omit<Schemas["Webhook"], "secret_key" | "signing_secret">;
export type Delivery = Schemas["WebhookDelivery"];
export type Headers = Readonly<Record<string, string>>;

export interface Try extends Omit<Schemas["WebhookAttempt"], "request_headers" | "response_headers"> {
  readonly request_headers: Headers;
  readonly response_headers: Headers;
}

/** A delivery with what was sent and how each try went, the first one first. */
export interface WholeDelivery extends Delivery {
  readonly request_body: string;
  readonly tries: readonly Try[];
}

export const FLAGS = ["issue", "issue_comment", "project", "cycle", "module"] as const;
export type Flag = (typeof FLAGS)[number];

export type Mode = "compatible" | "change";
export type Status = "waiting" | "delivered" | "failed";

/** What is said when a webhook is made or gets another secret, and never again. */
export interface Secret {
  readonly webhook: string;
  readonly key: string;
  /** The same, as libraries of Standard Webhooks take it. */
  readonly signing: string;
  /** Until when the secret before it is good too. */
  readonly until: string | null;
}

/** A webhook is given up after this time without success. */
export const PATIENCE_DAYS = 5;
export const MOST_REPEATED = 200;
/** So much of an answer is kept, in bytes. */
export const KEPT_ANSWER = 16 << 10;
