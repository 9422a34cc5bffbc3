/** The small bar at a selection, and the one of tables. */

import type { Editor } from "@tiptap/core";
import { useEditorState } from "@tiptap/react";
import { BubbleMenu } from "@tiptap/react/menus";
import {
  Bold,
  Code,
  Heading2,
  Italic,
  Link2,
  List,
  ListChecks,
  type LucideIcon,
  Strikethrough,
  TextQuote,
  Unlink,
} from "lucide-react";
import { type FormEvent, useState } from "react";
import { isSafeAddress } from "./kit.ts";

interface Tool {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly active: string;
  readonly level?: number;
  readonly run: (editor: Editor) => void;
}

const TOOLS: readonly Tool[] = [
  { label: "Bold", icon: Bold, active: "bold", run: (e) => e.chain().focus().toggleBold().run() },
  { label: "Italic", icon: Italic, active: "italic", run: (e) => e.chain().focus().toggleItalic().run() },
  {
    label: "Strike through",
    icon: Strikethrough,
    active: "strike",
    run: (e) => e.chain().focus().toggleStrike().run(),
  },
  { label: "Code", icon: Code, active: "code", run: (e) => e.chain().focus().toggleCode().run() },
  {
    label: "Heading",
    icon: Heading2,
    active: "heading",
    run: (e) => e.chain().focus().toggleHeading({ level: 2 }).run(),
  },
  { label: "Quote", icon: TextQuote, active: "blockquote", run: (e) => e.chain().focus().toggleBlockquote().run() },
  { label: "Bulleted list", icon: List, active: "bulletList", run: (e) => e.chain().focus().toggleBulletList().run() },
  { label: "To-do list", icon: ListChecks, active: "taskList", run: (e) => e.chain().focus().toggleTaskList().run() },
];

export function Bubble({ editor }: { editor: Editor }) {
  const [linking, setLinking] = useState(false);
  return (
    <BubbleMenu
      editor={editor}
      className="rt-bubble"
      role="toolbar"
      aria-label="Format"
      updateDelay={80}
      options={{
        placement: "top-start",
        offset: 6,
        flip: true,
        shift: { padding: 8 },
        onHide: () => setLinking(false),
      }}
      shouldShow={({ editor: at, state }) =>
        !state.selection.empty && at.isEditable && !at.isActive("codeBlock") && !at.isActive("imageComponent")
      }
    >
      {linking ? (
        <LinkField editor={editor} onDone={() => setLinking(false)} />
      ) : (
        <Tools editor={editor} onLink={() => setLinking(true)} />
      )}
    </BubbleMenu>
  );
}

function Tools({ editor, onLink }: { editor: Editor; onLink: () => void }) {
  const active = useEditorState({
    editor,
    selector: ({ editor: at }) => TOOLS.map((tool) => at.isActive(tool.active)),
  });
  return (
    <>
      {TOOLS.map((tool, index) => (
        <button
          key={tool.label}
          type="button"
          aria-label={tool.label}
          title={tool.label}
          aria-pressed={active[index] ?? false}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => tool.run(editor)}
        >
          <tool.icon size={16} strokeWidth={1.5} aria-hidden />
        </button>
      ))}
      <button type="button" aria-label="Link" title="Link" aria-pressed={editor.isActive("link")} onClick={onLink}>
        <Link2 size={16} strokeWidth={1.5} aria-hidden />
      </button>
    </>
  );
}

function LinkField({ editor, onDone }: { editor: Editor; onDone: () => void }) {
  const [address, setAddress] = useState(String(editor.getAttributes("link").href ?? ""));
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const href = complete(address);
    if (href !== "" && !isSafeAddress(href)) {
      setWrong(true);
      return;
    }
    const chain = editor.chain().focus().extendMarkRange("link");
    if (href === "") chain.unsetLink().run();
    else chain.setLink({ href }).run();
    onDone();
  };
  return (
    <form onSubmit={submit} className="rt-link">
      <input
        // biome-ignore lint/a11y/noAutofocus: the field opened because somebody asked for it
        autoFocus
        aria-label="Address of the link"
        aria-invalid={wrong}
        placeholder="https://"
        value={address}
        onChange={(event) => setAddress(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
          editor.commands.focus();
        }}
      />
      <button type="submit">Set link</button>
      {editor.isActive("link") && (
        <button
          type="button"
          aria-label="Remove link"
          title="Remove link"
          onClick={() => {
            editor.chain().focus().extendMarkRange("link").unsetLink().run();
            onDone();
          }}
        >
          <Unlink size={16} strokeWidth={1.5} aria-hidden />
        </button>
      )}
    </form>
  );
}

/** `example.com` is meant as `https://example.com`. */
function complete(typed: string): string {
  const address = typed.trim();
  return /^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(address) ? `https://${address}` : address;
}

const TABLE: readonly { label: string; run: (editor: Editor) => void }[] = [
  { label: "Add row", run: (e) => e.chain().focus().addRowAfter().run() },
  { label: "Add column", run: (e) => e.chain().focus().addColumnAfter().run() },
  { label: "Delete row", run: (e) => e.chain().focus().deleteRow().run() },
  { label: "Delete column", run: (e) => e.chain().focus().deleteColumn().run() },
  { label: "Delete table", run: (e) => e.chain().focus().deleteTable().run() },
];

export function TableBar({ editor }: { editor: Editor }) {
  return (
    <BubbleMenu
      editor={editor}
      pluginKey="tableBar"
      className="rt-bubble"
      role="toolbar"
      aria-label="Table"
      updateDelay={80}
      options={{ placement: "bottom-start", offset: 6, shift: { padding: 8 } }}
      shouldShow={({ editor: at, state }) =>
        state.selection.empty && at.isEditable && at.isFocused && at.isActive("table")
      }
    >
      {TABLE.map((action) => (
        <button
          key={action.label}
          type="button"
          onPointerDown={(e) => e.preventDefault()}
          onClick={() => action.run(editor)}
        >
          {action.label}
        </button>
      ))}
    </BubbleMenu>
  );
}
