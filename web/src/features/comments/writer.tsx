/** The editor in which comments are written: what is typed is kept until it is sent or taken back. */

import { AtSign, ImagePlus, Paperclip } from "lucide-react";
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { Keeper } from "../../editor/draft/keeper.ts";
import type { EditorHandle } from "../../editor/editor.tsx";
import { Editor, warmEditor } from "../../editor/lazy.tsx";
import { dropDraft, keepDraft, readDraft } from "../../sync/drafts.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import type { TextServices } from "../detail/services.ts";

export interface WriterHandle {
  focus(): void;
}

interface Props {
  /** Under which name what is typed is kept. */
  readonly draftKey: string;
  readonly html: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly send: string;
  readonly services: TextServices;
  readonly autoFocus?: boolean;
  /** Only a line until somebody wants to write: the editor is not loaded for who reads. */
  readonly asleep?: boolean;
  /** Resolves when the text is kept elsewhere. */
  readonly onSend: (html: string) => Promise<void>;
  readonly onCancel?: (() => void) | undefined;
  readonly onAttach?: (() => void) | undefined;
  readonly ref?: Ref<WriterHandle>;
}

export function Writer(props: Props) {
  /** What it begins with: what was typed before, else the text. undefined: not known yet. */
  const [start, setStart] = useState<{ html: string; restored: boolean; turn: number }>();
  const [awake, setAwake] = useState(!props.asleep);
  const field = useRef<WriterHandle>(null);
  const { draftKey, html } = props;
  useEffect(() => {
    let gone = false;
    void readDraft(draftKey).then((draft) => {
      if (gone) return;
      setStart({ html: draft?.html ?? html, restored: draft !== undefined, turn: 0 });
      if (draft) setAwake(true);
    });
    return () => {
      gone = true;
    };
  }, [draftKey, html]);
  const wake = () => {
    setAwake(true);
    setStart((before) => before && { ...before, turn: before.turn + 1 });
  };
  useImperativeHandle(props.ref, () => ({ focus: () => (field.current ? field.current.focus() : wake()) }));
  if (!awake || !start) {
    return (
      <button
        type="button"
        onClick={wake}
        onFocus={warmEditor}
        onPointerEnter={warmEditor}
        className="w-full rounded-panel border border-line-strong bg-raised px-3 py-2 text-left text-13 text-faint hover:border-faint"
      >
        {props.placeholder}
      </button>
    );
  }
  const again = () => setStart({ html, restored: false, turn: start.turn + 1 });
  return (
    <Field
      key={start.turn}
      {...props}
      ref={field}
      html={start.html}
      restored={start.restored}
      fresh={start.turn > 0}
      onEmptied={again}
    />
  );
}

interface FieldProps extends Props {
  restored: boolean;
  /** A comment was just sent from here: the next one may follow. */
  fresh: boolean;
  onEmptied: () => void;
}

function Field(props: FieldProps) {
  const { draftKey, services, onSend, onCancel, onEmptied } = props;
  const editor = useRef<EditorHandle>(null);
  const [keeper] = useState(() => new Keeper());
  const [empty, setEmpty] = useState(!props.restored && props.onCancel === undefined);
  useImperativeHandle(props.ref, () => ({ focus: () => editor.current?.focus() }), []);
  // In the layout phase: the editor is still there to be read.
  useLayoutEffect(() => keeper.watch(), [keeper]);

  const keep = (read: () => string) => {
    const blank = editor.current?.isEmpty() ?? false;
    setEmpty(blank);
    keeper.edited(() => {
      if (blank && !onCancel) void dropDraft(draftKey);
      else void keepDraft({ key: draftKey, html: read(), base: null, at: Date.now() });
    });
  };
  const submit = () => {
    if (!editor.current || editor.current.isEmpty()) return;
    keeper.drop();
    const at = Date.now();
    // Kept here until it is kept there. What was typed since is another text.
    void onSend(editor.current.read()).then(async () => {
      const draft = await readDraft(draftKey);
      if (draft && draft.at <= at) await dropDraft(draftKey);
    });
    onEmptied();
  };
  const cancel =
    onCancel &&
    (() => {
      keeper.drop();
      void dropDraft(draftKey);
      onCancel();
    });
  return (
    <div className="rounded-panel border border-line-strong bg-raised focus-within:border-accent">
      <Editor
        ref={editor}
        html={props.html}
        label={props.label}
        placeholder={props.placeholder ?? ""}
        services={services.editor}
        reading={services.reader}
        autoFocus={props.autoFocus === true || props.fresh}
        onEdit={({ read }) => keep(read)}
        onSubmit={submit}
        onCancel={cancel}
        className="rt-small px-3 pt-2 pb-1"
      />
      <div className="flex items-center gap-0.5 px-1.5 pb-1.5">
        <IconButton size="sm" label="Add a picture" onClick={() => editor.current?.pickImage()}>
          <ImagePlus size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
        {props.onAttach && (
          <IconButton size="sm" label="Attach a file" onClick={props.onAttach}>
            <Paperclip size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        )}
        <IconButton size="sm" label="Mention a person" onClick={() => editor.current?.type("@")}>
          <AtSign size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
        <span className="ml-auto flex gap-1.5">
          {cancel && (
            <Button size="sm" variant="ghost" onClick={cancel}>
              Cancel
            </Button>
          )}
          <Button
            size="sm"
            variant={empty ? "quiet" : "primary"}
            disabled={empty}
            onClick={submit}
            data-tip={props.send}
            data-tip-keys="$mod+Enter"
          >
            {props.send}
          </Button>
        </span>
      </div>
    </div>
  );
}
