/** Two people wrote the same text: both versions side by side, and three ways on. */

import { useMemo, useRef, useState } from "react";
import { blocksOf, hasConflict, joined, merge, type Piece } from "../../editor/draft/merge.ts";
import type { SaveState } from "../../editor/draft/saver.ts";
import type { EditorHandle } from "../../editor/editor.tsx";
import { Editor } from "../../editor/lazy.tsx";
import { RichText } from "../../editor/rich-text.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import type { TextServices } from "./services.ts";

interface Props {
  readonly state: Extract<SaveState, { kind: "conflict" }>;
  readonly services: TextServices;
  readonly onSettle: (html: string) => void;
}

export function Conflict({ state, services, onSettle }: Props) {
  const [merging, setMerging] = useState(false);
  const pieces = useMemo(
    () => merge(blocksOf(state.base), blocksOf(state.mine), blocksOf(state.theirs.html)),
    [state.base, state.mine, state.theirs.html],
  );
  const editor = useRef<EditorHandle>(null);
  const merged = `<div>${joined(pieces).join("")}</div>`;
  return (
    <section
      aria-label="Two versions of the text"
      className="flex flex-col gap-3 rounded-panel border border-warning p-3"
    >
      <div role="alert">
        <p className="text-13 font-medium">Somebody else has changed this text while you wrote</p>
        <p className="text-12 text-muted">
          Nothing is lost: both versions are here, yours is not saved yet.
          {hasConflict(pieces)
            ? " You both changed the same place."
            : " Your changes are at different places and go together."}
        </p>
      </div>
      {merging ? (
        <div className="rounded-control border border-line bg-raised p-3">
          <Editor
            html={merged}
            label="Merged text"
            services={services.editor}
            reading={services.reader}
            oneRoot
            autoFocus
            onEdit={() => undefined}
            ref={editor}
          />
        </div>
      ) : (
        <div className="grid gap-3 @xl:grid-cols-2">
          <Version title="Yours" side="mine" pieces={pieces} services={services} />
          <Version title="Theirs" side="theirs" pieces={pieces} services={services} />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {merging ? (
          <>
            <Button variant="primary" onClick={() => editor.current && onSettle(editor.current.read())}>
              Save the merged text
            </Button>
            <Button onClick={() => setMerging(false)}>Back</Button>
          </>
        ) : (
          <>
            <Button variant="primary" onClick={() => setMerging(true)}>
              Merge both
            </Button>
            <Button onClick={() => onSettle(state.mine)}>Keep mine</Button>
            <Button onClick={() => onSettle(state.theirs.html)}>Take theirs</Button>
          </>
        )}
      </div>
    </section>
  );
}

interface VersionProps {
  title: string;
  side: "mine" | "theirs";
  pieces: readonly Piece[];
  services: TextServices;
}

/** One side; what only it says is marked. */
function Version({ title, side, pieces, services }: VersionProps) {
  return (
    <div className="min-w-0 rounded-control border border-line bg-raised p-3">
      <h3 className="mb-2 text-12 font-medium text-muted">{title}</h3>
      {pieces.map((piece, index) => {
        const isOwn = piece.kind === "conflict" || piece.kind === side;
        const blocks = blocksFor(piece, side);
        if (blocks.length === 0) return null;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name
          <div key={index} className={cx(isOwn && "-mx-1.5 border-l-2 border-accent bg-selected px-1.5")}>
            {isOwn && <span className="sr-only">Changed: </span>}
            <RichText html={blocks.join("")} services={services.reader} className="rt-small" />
          </div>
        );
      })}
    </div>
  );
}

/** What one side has in this place. */
function blocksFor(piece: Piece, side: "mine" | "theirs"): readonly string[] {
  if (piece.kind === "conflict") return piece[side];
  return piece.kind === "same" || piece.kind === side ? piece.blocks : piece.base;
}
