/** Who did what, as the list and the open entry say it. */

import type { Engine } from "../../sync/contract.ts";
import { type Told, tellEvent } from "../activity/words.ts";
import { excerptOf } from "./excerpt.ts";
import type { Notification } from "./remote.ts";

export interface Happened {
  /** Whose name is said. */
  readonly actor: string;
  readonly told: readonly Told[];
  /** What was written, without markup. */
  readonly text: string;
}

export function happenedOf(engine: Engine, row: Notification): Happened {
  const nameOf = (id: string) => engine.table("member").get(id)?.display_name ?? null;
  const { entity, verb, changes, comment_html, reasons, actor } = row;
  const told = tellEvent({ entity, verb, changes, mentions: reasons.includes("mentioned") }, engine.userId);
  if (entity === "automation") {
    return { actor: saidIn(row, "automation") ?? "An automation", told, text: saidIn(row, "message") ?? "" };
  }
  return {
    actor: actor ? (nameOf(actor) ?? "Somebody") : "An automation",
    told,
    text: comment_html ? excerptOf(comment_html, nameOf) : "",
  };
}

function saidIn({ changes }: Notification, field: string): string | null {
  const value = changes.find((change) => change.field === field)?.new_value;
  return typeof value === "string" && value !== "" ? value : null;
}
