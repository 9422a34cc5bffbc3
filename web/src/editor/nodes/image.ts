/** Pictures: uploaded ones (`image-component` with the id of an asset) and those that stand elsewhere (`img`). */

import { Node } from "@tiptap/core";

type Resolve = (asset: string) => Promise<string>;

const names = ["src", "width", "height", "id", "aspectratio", "alignment", "alt", "title", "status"] as const;

/** An uploaded picture. Shown by a node view, because its address is good for an hour only. */
export const UploadedImage = Node.create<{ resolve: Resolve }>({
  name: "imageComponent",
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,

  addOptions() {
    return { resolve: () => Promise.reject(new Error("no pictures here")) };
  },

  addAttributes() {
    return Object.fromEntries(names.map((name) => [name, { default: null }]));
  },

  parseHTML() {
    return [{ tag: "image-component" }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["image-component", HTMLAttributes];
  },

  addNodeView() {
    const { resolve } = this.options;
    return ({ node }) => {
      const dom = document.createElement("figure");
      dom.className = "rt-figure";
      const image = document.createElement("img");
      image.alt = node.attrs.alt ?? "";
      if (node.attrs.width) image.style.width = String(node.attrs.width);
      dom.append(image);
      showWhenKnown(dom, image, resolve(String(node.attrs.src ?? "")));
      return {
        dom,
        update: (next) => {
          if (next.type !== node.type || next.attrs.src !== node.attrs.src) return false;
          image.alt = next.attrs.alt ?? "";
          return true;
        },
      };
    };
  },
});

function showWhenKnown(figure: HTMLElement, image: HTMLImageElement, address: Promise<string>): void {
  address.then(
    (url) => {
      image.src = url;
    },
    () => {
      figure.dataset.missing = "true";
      figure.append("This picture is not available.");
      image.remove();
    },
  );
}

/** A picture with an address of its own, as imports and other programs write it. */
export const LinkedImage = Node.create({
  name: "image",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,

  addAttributes() {
    return Object.fromEntries(["src", "alt", "title", "width", "height"].map((name) => [name, { default: null }]));
  },

  parseHTML() {
    // What is inside the clipboard only is no address for others.
    return [{ tag: 'img[src]:not([src^="data:"]):not([src^="blob:"])' }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["img", HTMLAttributes];
  },

  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement("img");
      dom.src = String(node.attrs.src);
      dom.alt = node.attrs.alt ?? "";
      if (node.attrs.title) dom.title = node.attrs.title;
      if (node.attrs.width) dom.width = Number.parseInt(node.attrs.width, 10);
      return { dom };
    },

  markdownTokenName: "image",
  parseMarkdown(token, helpers) {
    return helpers.createNode("image", { src: token.href, alt: token.text ?? null, title: token.title ?? null });
  },
  renderMarkdown(node) {
    return `![${node.attrs?.alt ?? ""}](${node.attrs?.src ?? ""})`;
  },
});
