/** Files of an item: chosen, dropped or pasted, with how far each is; downloaded by their name. */

import { Download, File as FileIcon, X } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import { relativeTime } from "../../lib/dates.ts";
import { useRow } from "../../sync-react/index.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Parts } from "../detail/parts.ts";
import { type Attachment, attachmentUrl, deleteAttachment } from "../detail/remote.ts";
import { useResource } from "../detail/resource.ts";
import { Section } from "../detail/section.tsx";
import { attach, cancel, type Sending, tryAgain, useSendingTo } from "./sending.ts";
import { size } from "./size.ts";

interface Props {
  readonly parts: Parts;
  readonly count: number;
  readonly canAdd: boolean;
  readonly canRemove: (file: Attachment) => boolean;
  readonly onPick: () => void;
}

export function Attachments({ parts, count, canAdd, canRemove, onPick }: Props) {
  const { value = [] } = useResource(parts.attachments, count > 0);
  const sending = useSendingTo(parts.at.item);
  const [doomed, setDoomed] = useState<Attachment | null>(null);
  if (value.length === 0 && sending.length === 0) return null;
  return (
    <Section
      title="Files"
      count={value.length > 0 ? value.length : undefined}
      add={canAdd ? { label: "Attach a file", run: onPick } : undefined}
    >
      <ul>
        {sending.map((job) => (
          <Going key={job.id} job={job} parts={parts} />
        ))}
        {value.map((file) => (
          <Line key={file.id} file={file} parts={parts} onRemove={canRemove(file) ? () => setDoomed(file) : null} />
        ))}
      </ul>
      {doomed && <Ask file={doomed} parts={parts} onDone={() => setDoomed(null)} />}
    </Section>
  );
}

function nameOf(file: Attachment): string {
  return String((file.attributes as { name?: unknown }).name ?? "File");
}

function Line({ file, parts, onRemove }: { file: Attachment; parts: Parts; onRemove: (() => void) | null }) {
  const author = useRow("member", file.created_by);
  const name = nameOf(file);
  return (
    <li className="group/line flex min-h-8 items-center gap-2 rounded-control px-1 hover:bg-hover pointer-coarse:min-h-11">
      <FileIcon size={16} strokeWidth={1.5} aria-hidden="true" className="shrink-0 text-muted" />
      <a href={attachmentUrl(parts.at, file.id)} download={name} className="min-w-0 truncate text-13 hover:underline">
        {name}
      </a>
      <span className="tabular shrink-0 text-12 text-muted">{size(file.size)}</span>
      <span className="ml-auto shrink-0 text-12 text-muted max-sm:hidden">
        {author?.display_name} {relativeTime(file.created_at)}
      </span>
      <a
        href={attachmentUrl(parts.at, file.id)}
        download={name}
        aria-label={`Download ${name}`}
        className="flex size-6 items-center justify-center rounded-control text-muted opacity-0 group-hover/line:opacity-100 hover:bg-active focus-visible:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
      >
        <Download size={14} aria-hidden="true" />
      </a>
      {onRemove && (
        <IconButton
          size="sm"
          label={`Remove file ${name}`}
          onClick={onRemove}
          className="opacity-0 group-hover/line:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
        >
          <X size={14} aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}

function Going({ job, parts }: { job: Sending; parts: Parts }) {
  return (
    <li className="flex min-h-8 items-center gap-2 px-1 pointer-coarse:min-h-11">
      <FileIcon size={16} strokeWidth={1.5} aria-hidden="true" className="shrink-0 text-faint" />
      <span className="min-w-0 truncate text-13 text-muted">{job.file.name}</span>
      {job.failure ? (
        <>
          <span role="alert" className="min-w-0 flex-1 text-12 text-danger">
            Not attached. {job.failure}
          </span>
          <Button size="sm" onClick={() => tryAgain(parts, job.id)}>
            Try again
          </Button>
        </>
      ) : (
        <progress
          aria-label={`Sending ${job.file.name}`}
          className="detail-progress ml-auto max-w-32"
          max={1}
          value={job.fraction}
        />
      )}
      <IconButton size="sm" label={job.failure ? "Forget it" : "Cancel"} onClick={() => cancel(parts, job.id)}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </li>
  );
}

/** A file that is gone cannot be brought back, so this asks. */
function Ask({ file, parts, onDone }: { file: Attachment; parts: Parts; onDone: () => void }) {
  const remove = async () => {
    onDone();
    parts.attachments.set((all) => all?.filter((other) => other.id !== file.id));
    try {
      await deleteAttachment(parts.at, file.id);
    } catch (error) {
      toast("The file was not removed", { tone: "danger", detail: inWords(error).message });
    }
    parts.touched({ entity: "attachment" });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Remove ${nameOf(file)}?`}
      description="The file cannot be brought back."
      footer={
        <>
          <Button onClick={onDone}>Keep it</Button>
          <Button variant="danger" onClick={() => void remove()}>
            Remove the file
          </Button>
        </>
      }
    />
  );
}

/** Files that are pasted anywhere but in a field are attached. */
function usePastedFiles(parts: Parts, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const listener = (event: ClipboardEvent) => {
      const { target, clipboardData: data } = event;
      // A picture of cells comes with their text, which is meant.
      if (event.defaultPrevented || !data?.files.length || data.types.includes("text/plain")) return;
      if (target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea"))) return;
      event.preventDefault();
      attach(parts, [...data.files]);
    };
    document.addEventListener("paste", listener);
    return () => document.removeEventListener("paste", listener);
  }, [parts, enabled]);
}

interface DropZoneProps {
  readonly parts: Parts;
  readonly enabled: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Files dropped anywhere on the details are attached; on the text, pictures go into it. */
export function DropZone({ parts, enabled, className, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  usePastedFiles(parts, enabled);
  const isFile = (event: DragEvent) => enabled && event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can be attached by a button too
    <div
      className={className}
      onDragEnter={(event) => {
        if (!isFile(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!isFile(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) setOver(false);
      }}
      onDragOver={(event) => {
        if (isFile(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        depth.current = 0;
        setOver(false);
        if (!isFile(event) || event.defaultPrevented) return;
        event.preventDefault();
        attach(parts, [...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-end justify-center rounded-panel border-2 border-dashed border-accent pb-6">
          <span className="rounded-control border border-line bg-raised px-3 py-1.5 text-13 shadow-float">
            Drop to attach; pictures dropped on the text go into it
          </span>
        </div>
      )}
    </div>
  );
}
