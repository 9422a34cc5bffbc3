/** Addresses that belong to an item. The server asks for the title of the page. */

import { Link2, Pencil, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Input } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Parts } from "../detail/parts.ts";
import { addLink, changeLink, deleteLink, type Link } from "../detail/remote.ts";
import { useResource } from "../detail/resource.ts";
import { Section } from "../detail/section.tsx";

interface Props {
  readonly parts: Parts;
  /** How many there are, as the row says: none are not asked for. */
  readonly count: number;
  readonly canEdit: boolean;
  readonly adding: boolean;
  readonly onAdding: (adding: boolean) => void;
}

export function Links({ parts, count, canEdit, adding, onAdding }: Props) {
  const { value = [] } = useResource(parts.links, count > 0);
  if (value.length === 0 && !adding) return null;
  return (
    <Section
      title="Links"
      count={value.length > 0 ? value.length : undefined}
      add={canEdit ? { label: "Add link", run: () => onAdding(true) } : undefined}
    >
      <ul>
        {value.map((link) => (
          <Line key={link.id} link={link} parts={parts} canEdit={canEdit} />
        ))}
      </ul>
      {adding && <LinkForm parts={parts} onDone={() => onAdding(false)} />}
    </Section>
  );
}

function Line({ link, parts, canEdit }: { link: Link; parts: Parts; canEdit: boolean }) {
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <li>
        <LinkForm parts={parts} link={link} onDone={() => setEditing(false)} />
      </li>
    );
  }
  return <Shown link={link} parts={parts} onEdit={canEdit ? () => setEditing(true) : null} />;
}

function Shown({ link, parts, onEdit }: { link: Link; parts: Parts; onEdit: (() => void) | null }) {
  const words = link.title || String((link.metadata as { title?: unknown }).title ?? "") || link.url;
  return (
    <li className="group/line flex min-h-8 items-center gap-2 rounded-control px-1 hover:bg-hover pointer-coarse:min-h-11">
      <Link2 size={16} strokeWidth={1.5} aria-hidden="true" className="shrink-0 text-muted" />
      <a
        href={link.url}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="min-w-0 truncate text-13 hover:underline"
        {...tip(link.url)}
      >
        {words}
      </a>
      {words !== link.url && <span className="truncate text-12 text-muted">{host(link.url)}</span>}
      <span className="ml-auto" />
      {onEdit && (
        <>
          <IconButton size="sm" label={`Edit link ${words}`} onClick={onEdit} className={QUIET}>
            <Pencil size={14} aria-hidden="true" />
          </IconButton>
          <IconButton
            size="sm"
            label={`Remove link ${words}`}
            onClick={() => void remove(parts, link)}
            className={QUIET}
          >
            <X size={14} aria-hidden="true" />
          </IconButton>
        </>
      )}
    </li>
  );
}

/** Seen under the pointer and the focus; where there is no pointer, always. */
const QUIET = "opacity-0 group-hover/line:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100";

function host(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}

/** For a new link, or for one that is there. */
function LinkForm({ parts, link, onDone }: { parts: Parts; link?: Link; onDone: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const title = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = field.current?.value.trim() ?? "";
    if (typed === "") return onDone();
    const url = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
    const words = title.current?.value.trim() || null;
    setBusy(true);
    try {
      if (link) await changeLink(parts.at, link.id, url, words);
      else await addLink(parts.at, url, words);
      parts.touched({ entity: "link" });
      onDone();
    } catch (failure) {
      setError(inWords(failure).message);
    } finally {
      setBusy(false);
    }
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)} onKeyDown={onEscape} className="flex flex-col gap-1 py-1">
      <div className="flex gap-2 max-sm:flex-col">
        {link && (
          <Input ref={title} aria-label="Title of the link" placeholder="Title" defaultValue={link.title ?? ""} />
        )}
        <Input
          ref={field}
          aria-label="Address"
          aria-invalid={error !== null}
          placeholder="https://"
          inputMode="url"
          defaultValue={link?.url}
        />
        <Button type="submit" variant="primary" size="lg" disabled={busy}>
          {link ? "Save link" : "Add link"}
        </Button>
      </div>
      {error && (
        <p role="alert" className="text-12 text-danger">
          {error}
        </p>
      )}
    </form>
  );
}

/** Taken away at once; the way back is to add it again. */
async function remove(parts: Parts, link: Link): Promise<void> {
  parts.links.set((links) => links?.filter((other) => other.id !== link.id));
  try {
    await deleteLink(parts.at, link.id);
    const again = async () => {
      await addLink(parts.at, link.url, link.title ?? null);
      parts.touched({ entity: "link" });
    };
    toast("Removed the link", { action: { label: "Undo", run: () => void again() } });
  } catch (error) {
    toast("The link was not removed", { tone: "danger", detail: inWords(error).message });
  }
  parts.touched({ entity: "link" });
}
