/** The schema: which blocks and marks a text can have. What it writes is what the server's cleaner keeps. */

import type { AnyExtension } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Link } from "@tiptap/extension-link";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { TableKit, TableView } from "@tiptap/extension-table";
import { Markdown } from "@tiptap/markdown";
import StarterKit from "@tiptap/starter-kit";
import { LinkedImage, UploadedImage } from "./nodes/image.ts";
import {
  Callout,
  Colours,
  Details,
  DetailsSummary,
  Highlight,
  ItemEmbed,
  KeptAttributes,
  Key,
  Small,
  Subscript,
  Superscript,
} from "./nodes/kept.ts";
import { Mention } from "./nodes/mention.ts";
import type { EditorServices } from "./types.ts";

/** The schemes that the cleaner keeps; an address without one is relative. */
export function isSafeAddress(address: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(stripInvisible(address))?.[1];
  return scheme === undefined || ["http", "https", "mailto"].includes(scheme.toLowerCase());
}

/** Browsers read over control characters in addresses. */
function stripInvisible(address: string): string {
  return [...address].filter((character) => character > " " && character !== "\u007f").join("");
}

/** While it is edited a link is text: it leads nowhere by itself and is no stop of the Tab key. */
const EditedLink = Link.extend({
  addMarkView:
    () =>
    ({ mark }) => {
      const dom = document.createElement("a");
      dom.dataset.href = String(mark.attrs.href ?? "");
      dom.title = dom.dataset.href;
      return { dom, contentDOM: dom };
    },
});

/** What is wider than the column scrolls, and has to be reached by the keyboard. */
const ReachableCode = CodeBlock.extend({
  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement("pre");
      const contentDOM = dom.appendChild(document.createElement("code"));
      dom.tabIndex = 0;
      if (node.attrs.language) dom.dataset.language = String(node.attrs.language);
      return { dom, contentDOM, update: (next) => next.hasMarkup(node.type, node.attrs, node.marks) };
    },
});

class ReachableTable extends TableView {
  constructor(...given: ConstructorParameters<typeof TableView>) {
    super(...given);
    this.dom.tabIndex = 0;
  }
}

/** Without the services: the schema alone, such as tests need. */
export function kit(services?: Pick<EditorServices, "imageUrl" | "itemName">): AnyExtension[] {
  return [
    StarterKit.configure({
      link: false,
      code: false,
      codeBlock: false,
      dropcursor: { color: false, class: "rt-dropcursor" },
    }),
    // Code can stand in a link and be bold, as in Markdown.
    Code.extend({ excludes: "" }),
    EditedLink.configure({
      openOnClick: false,
      defaultProtocol: "https",
      isAllowedUri: isSafeAddress,
      HTMLAttributes: { target: "_blank", rel: "noopener noreferrer nofollow", class: null },
    }),
    ReachableCode.configure({ enableTabIndentation: true, tabSize: 2 }),
    TaskList,
    TaskItem.configure({
      nested: true,
      a11y: {
        checkboxLabel: (node, checked) => `${checked ? "Done" : "To do"}: ${node.firstChild?.textContent || "empty"}`,
      },
    }),
    TableKit.configure({ table: { resizable: true, cellMinWidth: 60, View: ReachableTable } }),
    services ? Mention.configure({ itemName: services.itemName }) : Mention,
    services ? UploadedImage.configure({ resolve: services.imageUrl }) : UploadedImage,
    LinkedImage,
    Callout,
    Details,
    DetailsSummary,
    ItemEmbed,
    Subscript,
    Superscript,
    Key,
    Small,
    Highlight,
    Colours,
    KeptAttributes,
    Markdown,
  ];
}
