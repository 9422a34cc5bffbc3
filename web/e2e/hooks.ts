/** What tests of webhooks have in common: where they are, and how they are found on the page. */

import type { Locator, Page } from "playwright-core";
import { type Call, WORKSPACE } from "./harness.ts";

export const AT = `/${WORKSPACE.slug}/settings/webhooks`;
export const HOOKS = `/workspaces/${WORKSPACE.slug}/webhooks/`;

export interface Hook {
  readonly id: string;
  readonly url: string;
  readonly is_active: boolean;
  readonly issue: boolean;
  readonly cycle: boolean;
  readonly events: readonly string[];
  readonly delivery_mode: string;
}

export async function hooksOf(call: Call): Promise<readonly Hook[]> {
  return (await call<{ results: readonly Hook[] }>("GET", HOOKS)).results;
}

export const list = (page: Page): Locator => page.getByRole("list", { name: "Webhooks" });
export const rows = (page: Page): Locator => page.getByRole("list", { name: "Deliveries" }).getByRole("listitem");

/** A page of a log that is longer than a test can make. */
export function thousands(query: URLSearchParams, webhook: string) {
  const total = 2345;
  const [size = 50, page = 0] = (query.get("cursor") ?? "").split(":").map(Number);
  const now = Date.now();
  const results = Array.from({ length: Math.min(size, total - page * size) }, (_, index) => {
    const at = page * size + index;
    const status = at === 0 ? "waiting" : at % 9 === 4 ? "failed" : "delivered";
    return {
      id: `00000000-0000-7000-8000-${String(at).padStart(12, "0")}`,
      webhook,
      message_id: `00000000-0000-7000-8000-${String(at).padStart(12, "1")}`,
      event: ["issue", "issue_comment", "cycle", "ping", "workspace_member"][at % 5],
      action: ["updated", "created", "archived", "sent", "profile_updated"][at % 5],
      status,
      attempts: status === "failed" ? 8 : at === 0 ? 2 : 1,
      created_at: new Date(now - at * 17 * 60_000).toISOString(),
      next_attempt_at: at === 0 ? new Date(now + 20 * 60_000).toISOString() : null,
      redelivery_of: at % 11 === 3 ? webhook : null,
    };
  });
  return { results, total_results: total, next_page_results: (page + 1) * size < total };
}
