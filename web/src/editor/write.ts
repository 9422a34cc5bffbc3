/** Writes a document as HTML, byte for byte as the server's cleaner would: what is sent comes back unchanged.
    Made from the schema alone, without the DOM, so that it is the same in every browser and cheap for long texts. */

import type { DOMOutputSpec, Mark, Node } from "@tiptap/pm/model";

const VOID = new Set(["br", "col", "hr", "img", "input"]);

/** The text of a description that says nothing. */
export const EMPTY = "<p></p>";

/** `oneRoot`: as descriptions are kept, in one element: several blocks are put into a `<div>`. */
export function toHtml(doc: Node, oneRoot: boolean): string {
  const last = contentEnd(doc);
  const html = blocks(doc, last);
  if (html === "") return EMPTY;
  return oneRoot && last > 1 ? `<div>${html}</div>` : html;
}

/** How many blocks there are without the empty paragraphs at the end, where a caret found a place to stand. */
function contentEnd(doc: Node): number {
  let last = doc.childCount;
  while (last > 0) {
    const node = doc.child(last - 1);
    if (node.type.name !== "paragraph" || node.childCount > 0) break;
    last -= 1;
  }
  return last;
}

function blocks(parent: Node, count: number): string {
  let html = "";
  for (let index = 0; index < count; index++) html += element(parent.child(index));
  return html;
}

function element(node: Node): string {
  if (node.isText) return escapeText(node.text ?? "");
  const spec = node.type.spec.toDOM?.(node);
  if (spec === undefined) throw new Error(`${node.type.name} cannot be written`);
  const [before, after] = render(spec);
  return before + (node.inlineContent ? inline(node) : blocks(node, node.childCount)) + after;
}

/** Text with its marks, those of neighbours in common. */
function inline(parent: Node): string {
  let html = "";
  const open: { mark: Mark; after: string }[] = [];
  const closeTo = (depth: number) => {
    while (open.length > depth) html += open.pop()?.after ?? "";
  };
  parent.forEach((child) => {
    let shared = 0;
    while (shared < open.length && shared < child.marks.length && sameMark(open[shared]?.mark, child.marks[shared])) {
      shared += 1;
    }
    closeTo(shared);
    for (const mark of child.marks.slice(shared)) {
      const spec = mark.type.spec.toDOM?.(mark, true);
      if (spec === undefined) continue;
      const [before, after] = render(spec);
      html += before;
      open.push({ mark, after });
    }
    html += element(child);
  });
  closeTo(0);
  return html;
}

function sameMark(left: Mark | undefined, right: Mark | undefined): boolean {
  return left !== undefined && right !== undefined && left.eq(right);
}

/** What stands before the content and after it. */
function render(spec: DOMOutputSpec): [string, string] {
  if (typeof spec === "string") return [escapeText(spec), ""];
  if (!isArray(spec)) throw new Error("only plain output specs can be written");
  const [tag, ...rest] = spec;
  const first: unknown = rest[0];
  const attributes = isAttributes(first) ? first : {};
  const children = isAttributes(first) ? rest.slice(1) : rest;
  let before = `<${tag}${attributesOf(attributes)}>`;
  if (VOID.has(tag)) return [before, ""];
  let after = "";
  let inside = false;
  for (const child of children) {
    const [start, end] = child === 0 ? ["", ""] : render(child as DOMOutputSpec);
    if (child === 0 || holds(child)) {
      before += start;
      after = end + after;
      inside = true;
    } else if (inside) after += start + end;
    else before += start + end;
  }
  return [before, `${after}</${tag}>`];
}

/** Whether the place of the content is somewhere in it. */
function holds(spec: unknown): boolean {
  return Array.isArray(spec) && spec.some((part) => part === 0 || holds(part));
}

function isArray(spec: unknown): spec is [string, ...unknown[]] {
  return Array.isArray(spec);
}

function isAttributes(part: unknown): part is Record<string, unknown> {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

function attributesOf(attributes: Record<string, unknown>): string {
  let written = "";
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    written += ` ${name}="${escapeText(String(value)).replaceAll('"', "&quot;")}"`;
  }
  return written;
}

export function escapeText(text: string): string {
  return text
    .replaceAll("\0", "")
    .replaceAll("&", "&amp;")
    .replaceAll("\u00a0", "&nbsp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
