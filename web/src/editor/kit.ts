/** The schema: which blocks and marks a text can have. What it writes is what the server's cleaner keeps. */

import type { AnyExtension } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { TableKit } from "@tiptap/extension-table";
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

/** The schemes that the cleaner keeps; an address without one is relative. */
export function isSafeAddress(address: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(stripInvisible(address))?.[1];
  return scheme === undefined || ["http", "https", "mailto"].includes(scheme.toLowerCase());
}

/** Browsers read over control characters in addresses. */
function stripInvisible(address: string): string {
  return [...address].filter((character) => character > " " && character !== "\u007f").join("");
}

export function kit(imageUrl?: (asset: string) => Promise<string>): AnyExtension[] {
  return [
    StarterKit.configure({
      link: {
        openOnClick: false,
        defaultProtocol: "https",
        isAllowedUri: isSafeAddress,
        HTMLAttributes: { target: "_blank", rel: "noopener noreferrer nofollow", class: null },
      },
      code: false,
      codeBlock: { enableTabIndentation: true, tabSize: 2 },
      dropcursor: { color: false, class: "rt-dropcursor" },
    }),
    // Code can stand in a link and be bold, as in Markdown.
    Code.extend({ excludes: "" }),
    TaskList,
    TaskItem.configure({
      nested: true,
      a11y: {
        checkboxLabel: (node, checked) => `${checked ? "Done" : "To do"}: ${node.firstChild?.textContent || "empty"}`,
      },
    }),
    TableKit.configure({ table: { resizable: true, cellMinWidth: 60 } }),
    Mention,
    imageUrl ? UploadedImage.configure({ resolve: imageUrl }) : UploadedImage,
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
