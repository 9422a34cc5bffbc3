/** Webhooks, asked of the API: they are not synced, and nothing of them is kept in the browser. */

import { asked } from "../../api/asked.ts";
import { api, type Schemas } from "../../api/client.ts";
import type { Delivery, Secret, Status, Webhook, WholeDelivery } from "./webhook.ts";

const WEBHOOKS = "/api/v1/workspaces/{slug}/webhooks/";
const WEBHOOK = `${WEBHOOKS}{webhook_id}/` as const;
const DELIVERIES = `${WEBHOOK}deliveries/` as const;
const DELIVERY = `${DELIVERIES}{delivery_id}/` as const;

export type Body = Schemas["WebhookBody"];

/** Which webhook of which workspace. */
export interface At {
  readonly slug: string;
  readonly id: string;
}

export interface Made {
  readonly webhook: Webhook;
  readonly secret: Secret;
}

const pathOf = ({ slug, id }: At) => ({ slug, webhook_id: id });

export async function readWebhooks(slug: string): Promise<readonly Webhook[]> {
  return (await asked(api.GET(WEBHOOKS, { params: { path: { slug } } }))).results;
}

export async function readWebhook(at: At): Promise<Webhook> {
  return asked(api.GET(WEBHOOK, { params: { path: pathOf(at) } }));
}

export async function createWebhook(slug: string, body: Body): Promise<Made> {
  return madeOf(await asked(api.POST(WEBHOOKS, { params: { path: { slug } }, body })));
}

export async function changeWebhook(at: At, body: Body): Promise<Webhook> {
  return asked(api.PATCH(WEBHOOK, { params: { path: pathOf(at) }, body }));
}

export async function deleteWebhook(at: At): Promise<void> {
  await asked(api.DELETE(WEBHOOK, { params: { path: pathOf(at) } }));
}

/** The secret before it stays good for so many hours. */
export async function rotateSecret(at: At, overlap_hours: number): Promise<Made> {
  return madeOf(
    await asked(api.POST(`${WEBHOOK}rotate-secret/`, { params: { path: pathOf(at) }, body: { overlap_hours } })),
  );
}

/** Where it is known from then on, its secret is not. */
function madeOf({ secret_key, signing_secret, ...webhook }: Schemas["Webhook"]): Made {
  const until = webhook.previous_secret_until ?? null;
  return { webhook, secret: { webhook: webhook.id, key: secret_key ?? "", signing: signing_secret ?? "", until } };
}

export interface Page {
  readonly deliveries: readonly Delivery[];
  readonly total: number;
  readonly isLast: boolean;
}

/** A page of the log, the first is 1. `size`: 1000 at most. */
export async function readDeliveries(at: At, status: Status | null, page: number, size: number): Promise<Page> {
  const query = { per_page: size, cursor: `${size}:${page - 1}:0`, ...(status ? { status } : {}) };
  const { results, total_results, next_page_results } = await asked(
    api.GET(DELIVERIES, { params: { path: pathOf(at), query } }),
  );
  return { deliveries: results, total: total_results, isLast: !next_page_results };
}

export async function readDelivery(at: At, delivery: string): Promise<WholeDelivery> {
  const path = { ...pathOf(at), delivery_id: delivery };
  // The schema leaves headers open: each is a text.
  return (await asked(api.GET(DELIVERY, { params: { path } }))) as unknown as WholeDelivery;
}

export async function sendTest(at: At): Promise<Delivery> {
  return asked(api.POST(`${WEBHOOK}ping/`, { params: { path: pathOf(at) } }));
}

export async function sendAgain(at: At, delivery: string): Promise<Delivery> {
  const path = { ...pathOf(at), delivery_id: delivery };
  return asked(api.POST(`${DELIVERY}redeliver/`, { params: { path } }));
}

/** How many are sent once more. */
export async function sendRangeAgain(at: At, body: Schemas["RangeBody"]): Promise<number> {
  return (await asked(api.POST(`${WEBHOOK}redeliver/`, { params: { path: pathOf(at) }, body }))).redelivered ?? 0;
}
