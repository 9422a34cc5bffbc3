/** Comments and what happened to an item, in one stream, the oldest first; below it the next comment is written. */

import { type Ref, useMemo, useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { Comment, isDoomed, OutgoingComment } from "../comments/comment.tsx";
import { itemPrefix, outboxOf } from "../comments/outgoing.ts";
import { Writer, type WriterHandle } from "../comments/writer.tsx";
import type { Parts } from "../detail/parts.ts";
import type { Activity, Comment as CommentRow } from "../detail/remote.ts";
import { useResource } from "../detail/resource.ts";
import { Section } from "../detail/section.tsx";
import type { TextServices } from "../detail/services.ts";
import { Telling } from "./telling.tsx";
import { condensed, tell } from "./words.ts";

interface Props {
  readonly item: WorkItem;
  readonly parts: Parts;
  readonly services: TextServices;
  readonly canComment: boolean;
  readonly onAttach: () => void;
  readonly writer: Ref<WriterHandle>;
}

type Entry =
  | { readonly kind: "comment"; readonly at: string; readonly comment: CommentRow }
  | { readonly kind: "activity"; readonly at: string; readonly activity: Activity };

export function Stream({ item, parts, services, canComment, onAttach, writer }: Props) {
  const engine = useEngine();
  const comments = useResource(parts.comments);
  const activities = useResource(parts.activities);
  const outbox = useMemo(() => outboxOf(engine, parts.at), [engine, parts]);
  const outgoing = useSyncExternalStore(outbox.subscribe, outbox.get);
  const role = useRow("project", item.project)?.member_role ?? null;
  const entries = useMemo(
    () => together(comments.value?.rows ?? [], activities.value?.rows ?? []),
    [comments.value, activities.value],
  );
  const error = comments.error ?? activities.error;
  // Of what is gone there is no more to be had.
  const isBehind = canComment && error !== null && !(comments.fresh && activities.fresh);
  return (
    <Section title="Activity">
      {(comments.value?.more || activities.value?.more) && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => parts.showEarlier()}>
          Show earlier
        </Button>
      )}
      {isBehind && (
        <p role="status" className="flex items-center gap-2 text-12 text-muted">
          {error.status === 0 ? "No connection: what happened since is not shown." : error.message}
          <Button
            size="sm"
            onClick={() => {
              void parts.comments.load();
              void parts.activities.load();
            }}
          >
            Try again
          </Button>
        </p>
      )}
      <ol className="flex flex-col gap-2">
        {entries.map((entry) => (
          <li key={entry.kind === "comment" ? entry.comment.id : entry.activity.id}>
            {entry.kind === "comment" ? (
              <Comment
                comment={entry.comment}
                change={outgoing.find(({ of }) => of === entry.comment.id)}
                outbox={outbox}
                parts={parts}
                services={services}
                role={role}
              />
            ) : (
              <Line activity={entry.activity} />
            )}
          </li>
        ))}
        {outgoing
          .filter(({ id, of }) => !comments.value?.rows.some((row) => row.id === (of ?? id)))
          .map((comment) => (
            <li key={comment.id}>
              <OutgoingComment comment={comment} outbox={outbox} services={services} />
            </li>
          ))}
      </ol>
      {canComment && role !== null && (
        <div className="pt-3">
          <Writer
            key={item.id}
            ref={writer}
            draftKey={`${itemPrefix(engine, item.id)}comment/new`}
            html=""
            label="New comment"
            placeholder="Write a comment. @ mentions people, / adds blocks"
            send="Comment"
            services={services}
            asleep
            onSend={(html) => outbox.add(html)}
            onAttach={onAttach}
          />
        </div>
      )}
    </Section>
  );
}

function together(comments: readonly CommentRow[], activities: readonly Activity[]): readonly Entry[] {
  const entries: Entry[] = [
    ...comments
      .filter((comment) => !isDoomed(comment))
      .map((comment) => ({ kind: "comment" as const, at: comment.created_at, comment })),
    ...condensed(activities).map((activity) => ({ kind: "activity" as const, at: activity.created_at, activity })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function Line({ activity }: { activity: Activity }) {
  const actor = useRow("member", activity.actor);
  return (
    <p className="flex items-start gap-2 px-3 py-0.5 text-12 text-muted">
      <Avatar member={actor} size={16} named={false} className="mt-px" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium text-text">{actor?.display_name ?? "Somebody"}</span>{" "}
        <Telling told={tell(activity)} /> ·{" "}
        <time dateTime={activity.created_at} {...tip(exactTime(activity.created_at))}>
          {relativeTime(activity.created_at)}
        </time>
      </span>
    </p>
  );
}
