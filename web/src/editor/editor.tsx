/** The rich text editor. A chunk of its own: import it by `lazy.tsx`. */

import "./rich-text.css";
import "./editor.css";
import { Extension, type Editor as TipTap } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import { DOMParser as HtmlParser, type Node } from "@tiptap/pm/model";
import { Selection } from "@tiptap/pm/state";
import { EditorContent, useEditor } from "@tiptap/react";
import { type Ref, type RefObject, useCallback, useId, useImperativeHandle, useMemo, useRef } from "react";
import { slashChoices } from "./blocks.tsx";
import { Bubble, TableBar } from "./bubble.tsx";
import { isSafeAddress, kit } from "./kit.ts";
import { items, people } from "./mentions.tsx";
import { MarkdownPaste } from "./paste.ts";
import { isLong } from "./rich-text.tsx";
import { SuggestStore, suggest } from "./suggest.ts";
import { SuggestMenu } from "./suggest-menu.tsx";
import type { Edited, EditorServices } from "./types.ts";
import { take, uploads } from "./uploads.ts";
import { toHtml } from "./write.ts";

export interface EditorHandle {
  focus(): void;
  /** The text as it is now. */
  read(): string;
  isEmpty(): boolean;
  /** Puts another text in the place of this one, as an edit of the user. */
  replace(html: string): void;
  insert(files: readonly File[]): void;
  pickImage(): void;
  /** As if the user had typed it, such as the `@` that opens the list of people. */
  type(text: string): void;
}

export interface EditorProps {
  /** The text to begin with. Another one later is not looked at: give the editor a new `key`. */
  readonly html: string;
  /** Its name for those who do not see it. */
  readonly label: string;
  readonly placeholder?: string;
  readonly services: EditorServices;
  /** As descriptions are kept: in one element. */
  readonly oneRoot?: boolean;
  readonly autoFocus?: boolean | { readonly x: number; readonly y: number };
  readonly onEdit: (edited: Edited) => void;
  /** Ctrl+Enter. */
  readonly onSubmit?: (() => void) | undefined;
  /** Escape. */
  readonly onCancel?: (() => void) | undefined;
  readonly onBlur?: (() => void) | undefined;
  readonly className?: string;
  readonly ref?: Ref<EditorHandle>;
  /** What was typed before the editor was there. */
  readonly early?: RefObject<string>;
}

export default function Editor(props: EditorProps) {
  const { html, label, placeholder, services, oneRoot = false, className } = props;
  const latest = useRef(props);
  latest.current = props;
  const listId = useId();
  const files = useRef<HTMLInputElement>(null);
  const store = useMemo(() => new SuggestStore(`suggest${listId}`), [listId]);
  const extensions = useMemo(
    () => [
      ...kit(services),
      Placeholder.configure({ placeholder: placeholder ?? "", showOnlyCurrent: true }),
      MarkdownPaste,
      uploads(services),
      ...keys(() => latest.current),
      suggest(store, { name: "slash", char: "/", label: "Blocks", find: slashChoices(() => files.current?.click()) }),
      suggest(store, { name: "people", char: "@", label: "People", find: people(services) }),
      suggest(store, { name: "items", char: "#", label: "Work items", find: items(services) }),
    ],
    [services, placeholder, store],
  );
  const editor = useEditor(
    {
      extensions,
      content: html,
      injectCSS: false,
      shouldRerenderOnTransaction: false,
      editorProps: {
        attributes: {
          class: isLong(html) ? "rt rt-edit rt-long" : "rt rt-edit",
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": label,
        },
        // Links are followed with Ctrl, as in other editors.
        handleClick: (_view, _pos, event) => follow(event),
      },
      onUpdate: ({ transaction }) => {
        if (!transaction.docChanged) return;
        latest.current.onEdit({ read: () => read() });
      },
      // Not before: until then there is no view.
      onCreate: ({ editor: at }) => {
        whenShown(at, () => {
          place(at, latest.current.autoFocus ?? false);
          const { early } = latest.current;
          if (!early?.current) return;
          at.view.dispatch(at.state.tr.insertText(early.current));
          early.current = "";
        });
      },
      onBlur: () => latest.current.onBlur?.(),
    },
    [],
  );
  const opened = useRef({ doc: editor.state.doc, html });
  const read = useCallback(
    () => written(editor.state.doc, opened.current.doc, opened.current.html, oneRoot),
    [editor, oneRoot],
  );

  useImperativeHandle(
    props.ref,
    () => ({
      focus: () => editor.commands.focus("end"),
      read,
      isEmpty: () => editor.isEmpty,
      replace: (next) => {
        const element = new DOMParser().parseFromString(next, "text/html").body;
        const doc = HtmlParser.fromSchema(editor.schema).parse(element);
        editor.view.dispatch(editor.state.tr.replaceWith(0, editor.state.doc.content.size, doc.content));
      },
      insert: (chosen) => take(editor, services, chosen, editor.state.selection.from),
      pickImage: () => files.current?.click(),
      type: (text) => editor.chain().focus().insertContent(spaced(editor, text)).run(),
    }),
    [editor, services, read],
  );

  return (
    <div className={className}>
      <EditorContent editor={editor} />
      <Bubble editor={editor} />
      <TableBar editor={editor} />
      <SuggestMenu store={store} />
      <input
        ref={files}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Add pictures"
        onChange={(event) => {
          take(editor, services, [...(event.target.files ?? [])], editor.state.selection.from);
          event.target.value = "";
        }}
      />
    </div>
  );
}

/** The text. Where nothing was changed it is the one that the editor was opened with, though we would write it otherwise:
    nothing is written because somebody looked. */
function written(now: Node, opened: Node, html: string, oneRoot: boolean): string {
  if (now.eq(opened)) return html;
  const made = toHtml(now, oneRoot);
  return made === toHtml(opened, oneRoot) ? html : made;
}

/** Gives the keys back to the screen. */
function leave(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** The editor is made before the page shows it; until then it cannot have the focus. */
function whenShown(editor: TipTap, then: () => void): void {
  if (editor.isDestroyed) return;
  if (editor.view.dom.isConnected) then();
  else requestAnimationFrame(() => whenShown(editor, then));
}

/** Puts the caret where somebody clicked, or at the end; at once, so that no key goes elsewhere. */
function place(editor: TipTap, at: NonNullable<EditorProps["autoFocus"]>): void {
  if (at === false) return;
  const { view } = editor;
  const found = at === true ? null : view.posAtCoords({ left: at.x, top: at.y });
  const { doc } = view.state;
  const selection = found ? Selection.near(doc.resolve(found.pos)) : Selection.atEnd(doc);
  view.dispatch(view.state.tr.setSelection(selection));
  view.focus();
}

/** With a space before it where a word stands before the caret. */
function spaced(editor: TipTap, text: string): string {
  const { $from } = editor.state.selection;
  const before = $from.parent.textBetween(0, $from.parentOffset, " ", " ");
  return before === "" || /\s$/.test(before) ? text : ` ${text}`;
}

function follow(event: MouseEvent): boolean {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-href]") : null;
  const href = link?.dataset.href;
  if (!href || !(event.ctrlKey || event.metaKey) || !isSafeAddress(href)) return false;
  window.open(href, "_blank", "noopener");
  return true;
}

/** Keys that mean something to the screen: Ctrl+Enter goes before all that blocks do with it. */
function keys(props: () => EditorProps): Extension[] {
  const bind = (name: string, key: string, priority: number, run: () => (() => void) | undefined) =>
    Extension.create({
      name,
      priority,
      addKeyboardShortcuts: () => ({
        [key]: () => {
          const wanted = run();
          wanted?.();
          return wanted !== undefined;
        },
      }),
    });
  return [
    bind("submitKey", "Mod-Enter", 1_000, () => props().onSubmit),
    bind("cancelKey", "Escape", 200, () => props().onCancel ?? leave),
  ];
}
