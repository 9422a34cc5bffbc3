/** The text of an item: shown without the editor, which comes with a click or a key, and saves by itself. */

import { useCallback, useEffect, useRef, useState } from "react";
import { blocksOf } from "../../editor/draft/merge.ts";
import type { SaveState, Stored } from "../../editor/draft/saver.ts";
import { Editor, warmEditor } from "../../editor/lazy.tsx";
import { RichText } from "../../editor/rich-text.tsx";
import { tickNth } from "../../editor/tick.ts";
import { relativeTime } from "../../lib/dates.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Conflict } from "./conflict.tsx";
import type { Parts } from "./parts.ts";
import { useResource } from "./resource.ts";
import { descriptionKey, useSaver } from "./savers.ts";
import type { TextServices } from "./services.ts";

interface Props {
  readonly parts: Parts;
  readonly services: TextServices;
  readonly canEdit: boolean;
}

export function Description(props: Props) {
  const { value, error } = useResource(props.parts.text);
  if (value) return <Text {...props} stored={value} />;
  if (!error) return <p className="late text-13 text-muted">Loading the text…</p>;
  return (
    <p role="alert" className="flex items-center gap-2 text-13 text-muted">
      The text could not be loaded. {error.status === 0 ? "There is no connection." : error.message}
      <Button size="sm" onClick={() => void props.parts.text.load()}>
        Try again
      </Button>
    </p>
  );
}

type Place = { readonly x: number; readonly y: number } | true;

function Text({ parts, services, canEdit, stored }: Props & { stored: Stored }) {
  const engine = useEngine();
  const { saver, state } = useSaver(descriptionKey(engine.userId, parts.at), parts.at, stored);
  const [editing, setEditing] = useState<Place | null>(null);
  /** What the editor is opened with; another one opens it anew. */
  const [shown, setShown] = useState({ html: stored.html, turn: 0 });
  const show = useCallback((html: string) => setShown((before) => ({ html, turn: before.turn + 1 })), []);
  const current = useRef(shown.html);
  useEffect(() => {
    current.current = shown.html;
  }, [shown]);

  useEffect(() => {
    let gone = false;
    void saver.restore().then((html) => html !== null && !gone && show(html));
    return () => {
      gone = true;
    };
  }, [saver, show]);
  // The text was read anew: somebody may have saved.
  useEffect(() => {
    if (stored.html === saver.base().html) return;
    void saver.refresh().then((theirs) => theirs && show(theirs.html));
  }, [stored, saver, show]);
  // What was saved is what readers see from now on.
  useEffect(() => {
    if (state.kind === "saved" && state.at !== null) parts.text.set(() => saver.base());
  }, [state, saver, parts]);

  const edit = (read: () => string) => saver.edit(read);
  const close = (html: string) => {
    show(html);
    setEditing(null);
    void saver.flush();
  };

  if (state.kind === "conflict") {
    const settle = async (html: string) => {
      await saver.resolve(html);
      show(html);
      setEditing(null);
    };
    return <Conflict state={state} services={services} onSettle={(html) => void settle(html)} />;
  }
  return (
    <section aria-label="Description" className="flex flex-col gap-1">
      {editing && canEdit ? (
        <Editor
          key={shown.turn}
          html={shown.html}
          label="Description"
          placeholder="Write what this is about. Type / for blocks, @ for people"
          services={services.editor}
          reading={services.reader}
          oneRoot
          autoFocus={editing}
          onEdit={({ read }) => {
            edit(() => {
              current.current = read();
              return current.current;
            });
          }}
          onSubmit={() => close(current.current)}
          onCancel={() => close(current.current)}
          onBlur={() => void saver.flush()}
        />
      ) : (
        <Reading
          // Where nothing can be changed any more, what was typed last stays to be seen, saved or not.
          html={canEdit ? shown.html : (saver.typed() ?? saver.base().html)}
          services={services}
          canEdit={canEdit}
          onEdit={setEditing}
          onTick={(index, checked) => {
            const html = tickNth(shown.html, index, checked);
            show(html);
            edit(() => html);
            void saver.flush();
          }}
        />
      )}
      <SaveMark state={state} onRetry={() => saver.retry()} />
    </section>
  );
}

interface ReadingProps {
  html: string;
  services: TextServices;
  canEdit: boolean;
  onEdit: (place: Place) => void;
  onTick: (index: number, checked: boolean) => void;
}

function Reading({ html, services, canEdit, onEdit, onTick }: ReadingProps) {
  const isEmpty = blocksOf(html).every((block) => /^<p[^>]*>\s*<\/p>$/.test(block));
  const tick = useRef(onTick);
  tick.current = onTick;
  const [stableTick] = useState(() => (index: number, checked: boolean) => tick.current(index, checked));
  if (isEmpty) {
    return canEdit ? (
      <button
        type="button"
        onClick={() => onEdit(true)}
        onPointerEnter={warmEditor}
        className="-mx-1.5 rounded-control px-1.5 py-1 text-left text-15 text-faint hover:bg-hover"
      >
        Add a description…
      </button>
    ) : null;
  }
  return (
    <div className="group relative">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the button below is for everybody */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div
        onPointerEnter={canEdit ? warmEditor : undefined}
        onClick={(event) => {
          if (canEdit && isPlainClick(event.target)) onEdit({ x: event.clientX, y: event.clientY });
        }}
      >
        <RichText html={html} services={services.reader} onTick={canEdit ? stableTick : undefined} />
      </div>
      {canEdit && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => onEdit(true)}
          className="absolute -top-7 right-0 bg-bg opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:static pointer-coarse:mt-1 pointer-coarse:opacity-100"
        >
          Edit description
        </Button>
      )}
    </div>
  );
}

/** Neither on something with an action of its own nor at the end of selecting text. */
function isPlainClick(target: EventTarget): boolean {
  const isOwn = target instanceof Element && target.closest("a, button, input, summary, label") !== null;
  return !isOwn && (getSelection()?.isCollapsed ?? true);
}

/** Whether the server has the text, in words. Quiet when all is well. */
export function SaveMark({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  if (state.kind === "saved" && state.at === null) return null;
  return (
    <p role="status" className="min-h-5 text-12 text-muted">
      {state.kind === "saved" && state.at !== null && `Saved ${relativeTime(new Date(state.at).toISOString())}`}
      {state.kind === "unsaved" && "Not saved yet"}
      {state.kind === "saving" && "Saving…"}
      {state.kind === "waiting" && (
        <>
          Not saved yet: the server is not reached. {keptInWords(state.kept)}{" "}
          <Button size="sm" variant="ghost" onClick={onRetry}>
            Try now
          </Button>
        </>
      )}
      {state.kind === "refused" && (
        <span className="text-danger">
          Not saved: {refusalInWords(state.status, state.reason)} {keptInWords(state.kept)}{" "}
          <Button size="sm" variant="ghost" onClick={onRetry}>
            Try again
          </Button>
        </span>
      )}
    </p>
  );
}

function keptInWords(kept: boolean): string {
  return kept ? "Your text is kept in this browser." : "Your text is only in this window: do not close it.";
}

export function refusalInWords(status: number, reason: string): string {
  if (status === 413) return "The text is too long for the server.";
  if (status === 403) return "You may not change this item any more.";
  if (status === 404) return "The item is not there any more.";
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
