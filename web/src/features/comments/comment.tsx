/** A comment: who, when, what; its author changes it, he and admins delete it. */

import { Ellipsis, Link2, Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { inWords } from "../../app/error.ts";
import { RichText } from "../../editor/rich-text.tsx";
import { tickNth } from "../../editor/tick.ts";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import type { Member, Role } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Parts } from "../detail/parts.ts";
import { type Comment as CommentRow, deleteComment } from "../detail/remote.ts";
import type { TextServices } from "../detail/services.ts";
import { itemPrefix, type Outbox, type Outgoing } from "./outgoing.ts";
import { Writer } from "./writer.tsx";

interface Props {
  readonly comment: CommentRow;
  /** What becomes of it, and the server does not have yet. */
  readonly change: Outgoing | undefined;
  readonly outbox: Outbox;
  readonly parts: Parts;
  readonly services: TextServices;
  readonly role: Role | null;
}

export function Comment({ comment, change, outbox, parts, services, role }: Props) {
  const engine = useEngine();
  const author = useRow("member", comment.actor);
  const [editing, setEditing] = useState(false);
  const isMine = comment.actor === engine.userId;
  const html = change?.html ?? comment.comment_html;
  const save = async (wanted: string) => {
    setEditing(false);
    if (wanted !== html) await outbox.change(comment.id, wanted);
  };
  return (
    <Frame
      author={author}
      id={`comment-${comment.id}`}
      when={
        <>
          <a
            href={`#comment-${comment.id}`}
            className="text-12 text-muted hover:underline"
            {...tip(exactTime(comment.created_at))}
          >
            {relativeTime(comment.created_at)}
          </a>
          {change ? (
            <Fate of={change} />
          ) : (
            comment.edited_at && (
              <span className="text-12 text-muted" {...tip(`Edited ${exactTime(comment.edited_at)}`)}>
                edited
              </span>
            )
          )}
        </>
      }
      menu={
        !editing && (
          <Actions
            comment={comment}
            onEdit={isMine ? () => setEditing(true) : null}
            onDelete={isMine || role === 20 ? () => void remove(parts, comment) : null}
          />
        )
      }
    >
      {editing ? (
        <Writer
          draftKey={`${itemPrefix(engine, parts.at.item)}comment/${comment.id}`}
          html={html}
          label="Edit comment"
          send="Save"
          services={services}
          autoFocus
          onSend={save}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <RichText
          html={html}
          services={services.reader}
          className="rt-small"
          onTick={isMine ? (index, checked) => void save(tickNth(html, index, checked)) : undefined}
        />
      )}
      {change && !editing && <Waiting comment={change} outbox={outbox} />}
    </Frame>
  );
}

interface FrameProps {
  author: Member | undefined;
  id?: string;
  when: ReactNode;
  menu?: ReactNode;
  quiet?: boolean;
  children: ReactNode;
}

function Frame({ author, id, when, menu, quiet = false, children }: FrameProps) {
  return (
    <article
      id={id}
      aria-label={`Comment by ${author?.display_name ?? "somebody"}`}
      className={cx(
        "group/comment rounded-panel border border-line bg-raised px-3 py-2 target:border-accent",
        quiet && "border-dashed",
      )}
    >
      <div className="mb-1 flex min-h-6 items-center gap-2">
        <Avatar member={author} size={20} named={false} />
        <span className="truncate text-13 font-medium">{author?.display_name ?? "Somebody who left"}</span>
        {when}
        <span className="ml-auto flex">{menu}</span>
      </div>
      {children}
    </article>
  );
}

interface ActionsProps {
  comment: CommentRow;
  onEdit: (() => void) | null;
  onDelete: (() => void) | null;
}

function Actions({ comment, onEdit, onDelete }: ActionsProps) {
  const copy = () => {
    void navigator.clipboard.writeText(
      `${location.origin}${location.pathname}${location.search}#comment-${comment.id}`,
    );
    toast("Copied the link");
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          size="sm"
          label="Comment actions"
          className="opacity-0 group-hover/comment:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:opacity-100"
        >
          <Ellipsis size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
      }
    >
      {onEdit && (
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={onEdit}>
          Edit
        </MenuItem>
      )}
      <MenuItem icon={<Link2 aria-hidden="true" />} onSelect={copy}>
        Copy link
      </MenuItem>
      {onDelete && (
        <>
          <MenuSeparator />
          <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={onDelete}>
            Delete
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** One that is on its way. */
export function OutgoingComment({
  comment,
  outbox,
  services,
}: {
  comment: Outgoing;
  outbox: Outbox;
  services: TextServices;
}) {
  const engine = useEngine();
  const author = useRow("member", engine.userId);
  return (
    <Frame quiet author={author} when={<Fate of={comment} />}>
      <RichText html={comment.html} services={services.reader} className="rt-small" />
      <Waiting comment={comment} outbox={outbox} />
    </Frame>
  );
}

const FATES = { sending: "Sending…", waiting: "Not sent yet: waiting for the connection", refused: "Not sent" };

/** What has become of it until now, in words. */
function Fate({ of: { state, reason } }: { of: Outgoing }) {
  return (
    <span role="status" className={cx("text-12", state === "refused" ? "text-danger" : "text-muted")}>
      {FATES[state]}
      {reason && `: ${reason}`}
    </span>
  );
}

/** What can be done with one that is not being sent just now. */
function Waiting({ comment, outbox }: { comment: Outgoing; outbox: Outbox }) {
  if (comment.state === "sending") return null;
  return (
    <div className="mt-2 flex gap-2">
      <Button size="sm" onClick={() => outbox.retry()}>
        Send now
      </Button>
      <Button size="sm" variant="ghost" onClick={() => void copyText(outbox.take(comment.id))}>
        Take back and copy the text
      </Button>
    </div>
  );
}

export async function copyText(html: string): Promise<void> {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const block of body.querySelectorAll("p, li, h1, h2, h3, h4, h5, h6, pre, tr, br")) block.append("\n");
  await navigator.clipboard.writeText((body.textContent ?? "").trim());
  toast("Copied the text");
}

/** Gone from the screen at once, from the server when the time for undo is over. */
const UNDO_FOR = 6_000;

/** Deleted here, and perhaps not yet on the server. */
const doomed = new Set<string>();

export function isDoomed(comment: CommentRow): boolean {
  return doomed.has(comment.id);
}

async function remove(parts: Parts, comment: CommentRow): Promise<void> {
  const redraw = () => parts.comments.set((recent) => recent && { ...recent });
  doomed.add(comment.id);
  redraw();
  let undone = false;
  const finish = async () => {
    removeEventListener("pagehide", finish);
    if (undone) return;
    undone = true;
    try {
      await deleteComment(parts.at, comment.id);
    } catch (error) {
      doomed.delete(comment.id);
      redraw();
      toast("The comment was not deleted", { tone: "danger", detail: inWords(error).message });
    }
    parts.comments.stale();
  };
  addEventListener("pagehide", finish);
  const timer = setTimeout(() => void finish(), UNDO_FOR);
  toast("Deleted the comment", {
    ms: UNDO_FOR,
    action: {
      label: "Undo",
      run: () => {
        undone = true;
        clearTimeout(timer);
        removeEventListener("pagehide", finish);
        doomed.delete(comment.id);
        redraw();
      },
    },
  });
}
