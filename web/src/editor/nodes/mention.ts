/** People and work items named in a text, in the form that the compatible API knows. */

import { mergeAttributes, Node } from "@tiptap/core";
import { newId } from "../../lib/ids.ts";

export const PERSON = "user_mention";
export const ITEM = "issue_mention";

export interface MentionAttributes {
  readonly entity_identifier: string;
  readonly entity_name: string;
  readonly id: string;
  readonly label: string;
}

export function mentionOf(kind: typeof PERSON | typeof ITEM, id: string, label: string): MentionAttributes {
  return { entity_identifier: id, entity_name: kind, id: newId(), label };
}

const names = ["entity_identifier", "entity_name", "id", "label"] as const;

/** What an item is called now, to be shown as readers see it. */
export type ItemName = (id: string) => { readonly key: string; readonly name: string } | null;

export const Mention = Node.create<{ itemName: ItemName }>({
  name: "mention",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  draggable: true,

  addAttributes() {
    return Object.fromEntries(names.map((name) => [name, { default: null }]));
  },

  parseHTML() {
    return [{ tag: "mention-component" }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["mention-component", mergeAttributes(HTMLAttributes)];
  },

  addOptions: () => ({ itemName: () => null }),

  addNodeView() {
    const { itemName } = this.options;
    return ({ node }) => {
      const isItem = node.attrs.entity_name === ITEM;
      const item = isItem ? itemName(String(node.attrs.entity_identifier)) : null;
      const dom = document.createElement("span");
      dom.className = isItem ? "rt-item" : "rt-mention";
      if (item) dom.append(piece("rt-ring", ""), piece("tabular", item.key), piece("", item.name));
      else dom.append(spoken(node.attrs.entity_name, node.attrs.label));
      return { dom };
    };
  },

  renderText({ node }) {
    return spoken(node.attrs.entity_name, node.attrs.label);
  },

  renderMarkdown(node) {
    return spoken(node.attrs?.entity_name, node.attrs?.label);
  },
});

function piece(className: string, text: string): HTMLElement {
  const made = document.createElement("span");
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** As it reads in plain text. */
export function spoken(kind: unknown, label: unknown): string {
  const name = typeof label === "string" ? label : "";
  return kind === ITEM ? name : `@${name}`;
}
