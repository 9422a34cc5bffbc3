/** Texts that a page left behind when it went: comments and descriptions are brought to the server without their items being opened. */

import type { Engine } from "../../sync/contract.ts";
import { takeDrafts } from "../../sync/drafts.ts";
import type { Id } from "../../sync/rows.ts";
import { toast } from "../../ui/toast.tsx";
import { outboxOf } from "../comments/outgoing.ts";
import { catalogOf } from "../properties/catalog.ts";
import type { Address } from "./remote.ts";
import { hasSaver, letGo, saverOf } from "./savers.ts";

/** Resumes them now, whenever the server is back and when the tab is looked at, until the returned function is called. */
export function resumeTexts(engine: Engine): () => void {
  let done = Promise.resolve();
  const resume = () => {
    done = done.then(() => resumeNow(engine));
  };
  let online = false;
  const stop = engine.onStatus(() => {
    const { online: now, phase } = engine.status();
    if (now && !online && phase === "ready") resume();
    online = now && phase === "ready";
  });
  const seen = () => document.visibilityState === "visible" && resume();
  document.addEventListener("visibilitychange", seen);
  resume();
  return () => {
    stop();
    document.removeEventListener("visibilitychange", seen);
  };
}

async function resumeNow(engine: Engine): Promise<void> {
  const prefix = `${engine.userId}/${engine.slug}/item/`;
  for (const { key, base, project: kept } of await takeDrafts(prefix)) {
    const [item = "", kind] = key.slice(prefix.length).split("/");
    const project = kept ?? engine.table("work_item").get(item)?.project;
    if (!project) continue;
    const at = { slug: engine.slug, project, item };
    if (kind === "outgoing") void outboxOf(engine, at).restore();
    // A saver that is here already knows more than what it wrote down last.
    else if (kind === "description" && !hasSaver(key)) await resumeText(engine, key, at, base ?? "");
  }
}

async function resumeText(engine: Engine, key: string, at: Address, base: string): Promise<void> {
  const saver = saverOf(key, at, { html: base, etag: null });
  const stop = saver.subscribe(() => {
    const { kind } = saver.get();
    if (kind === "unsaved" || kind === "saving" || kind === "waiting") return;
    stop();
    if (kind === "saved") letGo(key, saver);
    else tell(engine, at.item, kind);
  });
  await saver.restore();
}

/** What a person has to look at. */
function tell(engine: Engine, item: Id, kind: "conflict" | "refused"): void {
  const row = engine.table("work_item").get(item);
  const name = row ? `${catalogOf(engine).key(row)} ${row.name}` : "an item";
  toast(`Your text of ${name} is not saved`, {
    tone: "danger",
    ms: 0,
    key: `text/${item}`,
    detail: kind === "conflict" ? "Somebody else has changed it meanwhile." : "The server does not take it.",
    ...(row
      ? {
          action: {
            label: "Open",
            run: () => location.assign(`/${engine.slug}/item/${catalogOf(engine).key(row)}`),
          },
        }
      : {}),
  });
}
