/** Elements that other editors write and ours keeps as they are: nothing is lost when such a text is edited here. */

import { Extension, Mark, Node } from "@tiptap/core";

type Attributes = Record<string, { default: null }>;

function attributes(names: readonly string[]): Attributes {
  return Object.fromEntries(names.map((name) => [name, { default: null }]));
}

/** A note in a box. */
export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () =>
    attributes([
      "data-block-type",
      "data-logo-in-use",
      "data-emoji-unicode",
      "data-emoji-url",
      "data-icon-name",
      "data-icon-color",
      "data-background",
    ]),
  parseHTML: () => [{ tag: 'div[data-block-type="callout-component"]' }],
  renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes, 0],
});

/** What can be folded. */
export const Details = Node.create({
  name: "details",
  group: "block",
  content: "detailsSummary block+",
  defining: true,
  addAttributes: () => attributes(["open"]),
  parseHTML: () => [{ tag: "details" }],
  renderHTML: ({ HTMLAttributes }) => ["details", HTMLAttributes, 0],
  addNodeView:
    () =>
    ({ node }) => {
      // Always open while one writes in it.
      const dom = document.createElement("div");
      dom.className = "rt-details";
      return { dom, contentDOM: dom, update: (next) => next.type === node.type };
    },
});

export const DetailsSummary = Node.create({
  name: "detailsSummary",
  content: "inline*",
  defining: true,
  parseHTML: () => [{ tag: "summary" }],
  renderHTML: () => ["summary", 0],
});

/** A work item shown as a block. */
export const ItemEmbed = Node.create({
  name: "itemEmbed",
  group: "block",
  atom: true,
  addAttributes: () =>
    attributes(["entity_identifier", "entity_name", "id", "project_identifier", "workspace_identifier"]),
  parseHTML: () => [{ tag: "issue-embed-component" }],
  renderHTML: ({ HTMLAttributes }) => ["issue-embed-component", HTMLAttributes],
});

const plainMark = (name: string, tag: string) =>
  Mark.create({ name, parseHTML: () => [{ tag }], renderHTML: () => [tag, 0] });

export const Subscript = plainMark("subscript", "sub").extend({ excludes: "superscript" });
export const Superscript = plainMark("superscript", "sup").extend({ excludes: "subscript" });
export const Key = plainMark("kbd", "kbd");
export const Small = plainMark("small", "small");

export const Highlight = Mark.create({
  name: "highlight",
  addAttributes: () => attributes(["data-color", "style"]),
  parseHTML: () => [{ tag: "mark" }],
  renderHTML: ({ HTMLAttributes }) => ["mark", HTMLAttributes, 0],
});

/** Colours of text. */
export const Colours = Mark.create({
  name: "textStyle",
  addAttributes: () => attributes(["style", "data-text-color", "data-background-color"]),
  parseHTML: () => [
    {
      tag: "span",
      getAttrs: (element) =>
        ["style", "data-text-color", "data-background-color"].some((n) => has(element, n)) ? null : false,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

function has(element: HTMLElement, name: string): boolean {
  return (element.getAttribute(name) ?? "") !== "";
}

/** How a block is aligned, and the colours of cells. */
export const KeptAttributes = Extension.create({
  name: "keptAttributes",
  addGlobalAttributes: () => [
    {
      types: ["paragraph", "heading"],
      attributes: {
        textAlign: {
          default: null,
          parseHTML: (element) => /text-align:\s*([a-z]+)/.exec(element.getAttribute("style") ?? "")?.[1] ?? null,
          renderHTML: ({ textAlign }) => (textAlign ? { style: `text-align: ${textAlign}` } : {}),
        },
      },
    },
    { types: ["tableCell", "tableHeader"], attributes: attributes(["background", "textcolor"]) },
  ],
});
