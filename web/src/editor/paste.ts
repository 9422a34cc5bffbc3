/** Plain text that is Markdown becomes what it says when it is pasted. With Shift (paste as plain text) it stays as it is. */

import { Extension } from "@tiptap/core";
import { Fragment, DOMParser as HtmlParser, type Node, Slice } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { isSafeAddress } from "./kit.ts";

/** Lines that only Markdown has: headings, lists, tasks, quotes, fences, tables; or marks within a line. */
const BLOCKS = /^(#{1,6} \S|[-*+] \S|\d+[.)] \S|> ?\S|```|~~~|\|.+\|\s*$|(-{3,}|\*{3,})\s*$)/m;
const INLINE = /(\*\*|__)\S[^\n]*?\1|`[^`\n]+`|\[[^\]\n]+\]\([^)\s]+\)|~~\S[^\n]*?~~/;

export function looksLikeMarkdown(text: string): boolean {
  return BLOCKS.test(text) || INLINE.test(text);
}

export const MarkdownPaste = Extension.create({
  name: "markdownPaste",
  addProseMirrorPlugins() {
    const editor = this.editor;
    return [
      new Plugin({
        props: {
          clipboardTextParser: (text, place, plain) => {
            const isCode = place.parent.type.spec.code;
            if (plain || isCode || !looksLikeMarkdown(text)) return paragraphs(text);
            const json = editor.markdown?.parse(text);
            if (!json) return paragraphs(text);
            const doc = editor.schema.nodeFromJSON(json);
            return Slice.maxOpen(Fragment.from(withoutBadLinks(doc).content));
          },
          clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n\n", leafText),
          transformPastedHTML: (html) => html.replace(/<meta[^>]*>/gi, ""),
        },
      }),
    ];

    function paragraphs(text: string): Slice {
      const wrapper = document.createElement("div");
      for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
        const paragraph = wrapper.appendChild(document.createElement("p"));
        block.split("\n").forEach((line, index) => {
          if (index > 0) paragraph.append(document.createElement("br"));
          paragraph.append(line);
        });
      }
      return HtmlParser.fromSchema(editor.schema).parseSlice(wrapper, { preserveWhitespace: true });
    }
  },
});

function leafText(node: Node): string {
  return node.type.spec.leafText?.(node) ?? "";
}

/** Markdown can name any address; only those that the cleaner keeps stay links. */
function withoutBadLinks(doc: Node): Node {
  const clean = (node: Node): Node => {
    if (!node.isText) {
      const children: Node[] = [];
      node.forEach((child) => {
        children.push(clean(child));
      });
      return node.copy(Fragment.from(children));
    }
    return node.mark(node.marks.filter((mark) => mark.type.name !== "link" || isSafeAddress(String(mark.attrs.href))));
  };
  return clean(doc);
}
