/** Items that the server refused: what was written for them is kept and offered again. */

import type { Engine, Mutation, Refused } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { toast } from "../../ui/toast.tsx";
import { keepWritten, readWritten, refusedItems } from "./draft.ts";
import { type CreateRequest, openCreate } from "./store.ts";

type Create = Extract<Mutation, { kind: "create" }>;

/** Keeps the name and text of refused items and says so. Whether there were any. */
export function keepRefused(engine: Engine, { label, reason, mutations }: Refused): boolean {
  const creates = mutations.filter((one): one is Create => one.kind === "create" && one.entity === "work_item");
  // Copies that were made in one go have no text, and what they are of is still there.
  const kept = creates.filter((create) => creates.length === 1 || textOf(create));
  for (const create of kept) {
    const { id, row } = create;
    keepWritten(engine, "name", String(row.name ?? ""), id);
    keepWritten(engine, "text", textOf(create), id);
    offer(`${label}: not done`, reason, {
      project: engine.table("project").get(String(row.project)) ? String(row.project) : null,
      ...(engine.table("work_item").get(String(row.parent)) ? { parent: String(row.parent) } : {}),
      again: id,
    });
  }
  return kept.length > 0;
}

/** Offers what was refused before the page was left. */
export async function offerRefused(engine: Engine): Promise<void> {
  for (const id of await refusedItems(engine)) {
    const { name } = await readWritten(engine, id);
    offer(`“${name}” was not created`, "What you wrote is kept in this browser.", { project: null, again: id });
  }
}

function offer(message: string, detail: string, request: CreateRequest & { again: Id }): void {
  const action = { label: "Open again", run: () => openCreate(request) };
  toast(message, { tone: "danger", detail, ms: 0, key: `refused-item/${request.again}`, action });
}

function textOf({ extra }: Create): string {
  return String(extra?.description_html ?? "");
}
