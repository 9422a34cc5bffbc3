/** The parts of an item that are not synced, one set for each item that was looked at; and what is read anew when something below it changes. */

import { useEffect, useMemo } from "react";
import type { Stored } from "../../editor/draft/saver.ts";
import type { Engine, Touch } from "../../sync/contract.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import {
  type Activity,
  type Address,
  type Attachment,
  type Comment,
  type Link,
  MOST,
  type Recent,
  type Relations,
  readActivities,
  readAttachments,
  readComments,
  readLinks,
  readRelations,
  readText,
  SOME,
} from "./remote.ts";
import { Resource } from "./resource.ts";

export class Parts {
  readonly at: Address;
  readonly text: Resource<Stored>;
  readonly comments: Resource<Recent<Comment>>;
  readonly activities: Resource<Recent<Activity>>;
  readonly relations: Resource<Relations>;
  readonly links: Resource<readonly Link[]>;
  readonly attachments: Resource<readonly Attachment[]>;
  #count = SOME;

  constructor(at: Address, user: string) {
    this.at = at;
    const key = (part: string) => `${user}/${at.slug}/${at.item}/${part}`;
    this.text = new Resource(key("text"), () => readText(at));
    this.comments = new Resource(key("comments"), () => readComments(at, this.#count));
    this.activities = new Resource(key("activities"), () => readActivities(at, this.#count));
    this.relations = new Resource(key("relations"), () => readRelations(at));
    this.links = new Resource(key("links"), () => readLinks(at));
    this.attachments = new Resource(key("attachments"), () => readAttachments(at));
  }

  /** All that happened, not only the last of it. */
  showEarlier(): void {
    this.#count = MOST;
    void this.comments.load();
    void this.activities.load();
  }

  /** Nobody follows the item any more: what is known of it may be old. */
  rest(): void {
    for (const part of [this.text, this.comments, this.activities, this.relations, this.links, this.attachments]) {
      part.stale();
    }
  }

  /** Something below the item changed. */
  touched({ entity }: Pick<Touch, "entity">): void {
    this.activities.stale();
    if (entity === "comment") this.comments.stale();
    else if (entity === "link") this.links.stale();
    else if (entity === "relation") this.relations.stale();
    else if (entity === "attachment") this.attachments.stale();
    else if (entity === "description") this.text.stale();
  }
}

/** So many items are kept in memory with what belongs to them. */
const KEPT = 60;
const known = new WeakMap<Engine, Map<string, Parts>>();

export function partsOf(engine: Engine, item: Pick<WorkItem, "id" | "project">): Parts {
  const all = known.get(engine) ?? new Map<string, Parts>();
  known.set(engine, all);
  const key = `${item.project}/${item.id}`;
  const parts = all.get(key) ?? new Parts({ slug: engine.slug, project: item.project, item: item.id }, engine.userId);
  // The last one used stands last.
  all.delete(key);
  all.set(key, parts);
  const oldest = all.size > KEPT ? all.keys().next().value : undefined;
  if (oldest !== undefined) all.delete(oldest);
  return parts;
}

/** After a change of the row the history is read again, once for a burst. */
const PAUSE = 400;

/** The parts of the item on the screen, which follow what others do. */
export function useParts(item: WorkItem): Parts {
  const engine = useEngine();
  const { id, project } = item;
  const parts = useMemo(() => partsOf(engine, { id, project }), [engine, id, project]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stops = [
      engine.watch(id, (touch) => parts.touched(touch)),
      engine.table("work_item").subscribeRow(id, () => {
        clearTimeout(timer);
        timer = setTimeout(() => parts.activities.stale(), PAUSE);
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      // After all that shows it has gone, or has come again.
      setTimeout(() => parts.rest());
    };
  }, [engine, id, parts]);
  return parts;
}
