/** What the slash menu offers, and how each block is made. */

import type { Editor, Range } from "@tiptap/core";
import {
  AtSign,
  CircleDot,
  Code,
  Heading1,
  Heading2,
  Heading3,
  ImagePlus,
  List,
  ListChecks,
  ListOrdered,
  type LucideIcon,
  Minus,
  Pilcrow,
  Table,
  TextQuote,
} from "lucide-react";
import type { Choice } from "./suggest.ts";

interface Block {
  readonly title: string;
  /** How it is typed without the menu. */
  readonly typed?: string;
  readonly words?: string;
  readonly icon: LucideIcon;
  readonly make: (editor: Editor) => void;
}

function blocks(pickImage: () => void): readonly Block[] {
  const chain = (editor: Editor) => editor.chain().focus();
  return [
    { title: "Text", icon: Pilcrow, words: "paragraph", make: (e) => chain(e).setParagraph().run() },
    { title: "Heading 1", typed: "#", icon: Heading1, make: (e) => chain(e).setHeading({ level: 1 }).run() },
    { title: "Heading 2", typed: "##", icon: Heading2, make: (e) => chain(e).setHeading({ level: 2 }).run() },
    { title: "Heading 3", typed: "###", icon: Heading3, make: (e) => chain(e).setHeading({ level: 3 }).run() },
    {
      title: "To-do list",
      typed: "[]",
      words: "task check",
      icon: ListChecks,
      make: (e) => chain(e).toggleTaskList().run(),
    },
    { title: "Bulleted list", typed: "-", icon: List, make: (e) => chain(e).toggleBulletList().run() },
    { title: "Numbered list", typed: "1.", icon: ListOrdered, make: (e) => chain(e).toggleOrderedList().run() },
    { title: "Quote", typed: ">", icon: TextQuote, make: (e) => chain(e).setBlockquote().run() },
    { title: "Code block", typed: "```", icon: Code, make: (e) => chain(e).setCodeBlock().run() },
    {
      title: "Table",
      icon: Table,
      make: (e) => chain(e).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
    },
    { title: "Picture", words: "image upload", icon: ImagePlus, make: pickImage },
    {
      title: "Divider",
      typed: "---",
      words: "line rule",
      icon: Minus,
      make: (e) => chain(e).setHorizontalRule().run(),
    },
    { title: "Mention a person", typed: "@", icon: AtSign, make: (e) => chain(e).insertContent("@").run() },
    {
      title: "Mention an item",
      typed: "#",
      words: "issue link",
      icon: CircleDot,
      make: (e) => chain(e).insertContent("#").run(),
    },
  ];
}

export function slashChoices(pickImage: () => void): (query: string) => readonly Choice[] {
  const all = blocks(pickImage);
  return (query) => {
    const wanted = query.toLowerCase();
    const fits = (block: Block) => `${block.title} ${block.words ?? ""}`.toLowerCase().includes(wanted);
    return all.filter(fits).map((block) => ({
      id: block.title,
      title: block.title,
      hint: block.typed,
      icon: <block.icon size={16} strokeWidth={1.5} aria-hidden />,
      take: (editor: Editor, range: Range) => {
        editor.chain().focus().deleteRange(range).run();
        block.make(editor);
      },
    }));
  };
}
