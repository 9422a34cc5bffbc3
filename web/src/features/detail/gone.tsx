/** What is shown where there is no item: one that somebody deleted while it was open, or a key that leads nowhere. */

import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { RichText } from "../../editor/rich-text.tsx";
import { type Draft, readDrafts } from "../../sync/drafts.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Banner, EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { copyText } from "../comments/comment.tsx";
import { itemPrefix } from "../comments/outgoing.ts";
import { createItem } from "../create/make.ts";
import { catalogOf } from "../properties/index.ts";
import type { Found } from "./find.ts";
import { partsOf } from "./parts.ts";
import { descriptionKey, typedText } from "./savers.ts";
import { useTextServices } from "./services.ts";

const attachNothing = () => undefined;

/** Above the last state of an item that is not there any more. */
export function GoneBanner({ item, access }: { item: WorkItem; access: boolean }) {
  const engine = useEngine();
  const [made, setMade] = useState(false);
  const parts = partsOf(engine, item);
  const written = useWritten(item);
  const services = useTextServices(item.project, attachNothing).reader;
  const text = () => typedText(descriptionKey(engine.userId, parts.at)) ?? parts.text.get().value?.html ?? "";
  const again = () => {
    const { project, name, state, priority, assignees, labels, parent, start_date, target_date } = item;
    createItem(engine, {
      project,
      name,
      state,
      priority,
      assignees,
      labels,
      parent,
      start_date,
      target_date,
      description: text(),
    });
    setMade(true);
    toast("Created the item again", { detail: "It has a new number. Comments and files are not in it." });
  };
  return (
    <Banner
      tone="warning"
      action={
        <span className="flex flex-wrap gap-2 py-1">
          <Button
            size="sm"
            onClick={() => {
              const comments = written.map(({ html }) => html).join("");
              void copyText(`<p>${catalogOf(engine).key(item)}</p>${text()}${comments}`);
            }}
          >
            Copy text
          </Button>
          {access && !made && (
            <Button size="sm" onClick={again}>
              Create it again
            </Button>
          )}
        </span>
      }
    >
      {access
        ? "This item was deleted. What you see is its last state; nothing can be changed any more."
        : "You have no access to this project any more. What you see is the last state that you could see."}
      {written.length > 0 && (
        <section aria-label="What you were writing" className="mt-1 flex flex-col gap-1">
          <p>{written.length === 1 ? "The comment" : "The comments"} that you were writing:</p>
          {written.map(({ key, html }) => (
            <blockquote key={key} className="max-h-40 overflow-y-auto border-l-2 border-line-strong pl-2">
              <RichText html={html} services={services} className="rt-small" />
            </blockquote>
          ))}
        </section>
      )}
    </Banner>
  );
}

/** Comments that were being written when the item went. */
function useWritten({ id }: WorkItem): readonly Draft[] {
  const engine = useEngine();
  const [written, setWritten] = useState<readonly Draft[]>([]);
  useEffect(() => {
    let gone = false;
    void readDrafts(`${itemPrefix(engine, id)}comment/`).then((drafts) => gone || setWritten(drafts));
    return () => {
      gone = true;
    };
  }, [engine, id]);
  return written;
}

export function NoItem({ found, itemKey }: { found: Exclude<Found, { kind: "there" | "gone" }>; itemKey: string }) {
  const { slug } = useEngine();
  const router = useRouter();
  if (found.kind === "loading") return <Waiting>Loading {itemKey}…</Waiting>;
  if (found.kind === "failed") {
    return (
      <ErrorState
        message={`${itemKey} could not be loaded`}
        detail="The server was not reached, or the project is not for you."
        retry={() => location.reload()}
      />
    );
  }
  return (
    <EmptyState
      sentence={`There is no item ${itemKey} here. It may have been deleted, or it is in a project that you are not in.`}
      action={{
        label: "Search items",
        keys: "/",
        run: () => void router.navigate({ to: "/$ws/search", params: { ws: slug } }),
      }}
    />
  );
}
