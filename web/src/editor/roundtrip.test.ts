import { getSchema } from "@tiptap/core";
import { DOMParser, type Node } from "@tiptap/pm/model";
import { describe, expect, it } from "vitest";
import recorded from "./corpus.recorded.json";
import { corpus } from "./corpus.ts";
import { isSafeAddress, kit } from "./kit.ts";
import { toHtml } from "./write.ts";

const schema = getSchema(kit());

function parsed(html: string): Node {
  const element = document.createElement("div");
  element.innerHTML = html;
  return DOMParser.fromSchema(schema).parse(element);
}

/** `corpus.recorded.json` holds what the server's cleaner answered; e2e/editor.test.ts asks a running one. */
describe("what the editor writes", () => {
  it("has an answer of the cleaner for each text of the corpus", () => {
    expect(recorded.map((entry) => entry.html)).toEqual(corpus);
  });

  it.each(recorded)("comes back unchanged from the cleaner: $html", ({ html, comment, description }) => {
    expect(toHtml(parsed(html), false)).toBe(comment);
    expect(toHtml(parsed(html), true)).toBe(description);
  });

  it.each(recorded)("is read again as the same text: $html", ({ comment, description }) => {
    expect(toHtml(parsed(comment), false)).toBe(comment);
    expect(toHtml(parsed(description), true)).toBe(description);
  });

  it("can tell a text that the cleaner would change", () => {
    const link = schema.marks.link?.create({ href: "https://e.test", rel: "opener" });
    const doc = schema.node("doc", null, [schema.node("paragraph", null, [schema.text("x", link ? [link] : [])])]);
    expect(recorded.map((entry) => entry.comment)).not.toContain(toHtml(doc, false));
  });
});

describe("addresses", () => {
  it("are those that the cleaner keeps", () => {
    for (const good of ["https://e.test", "http://e.test", "mailto:a@b.test", "/acme/x", "x", "#a", "a/b:c"]) {
      expect(isSafeAddress(good), good).toBe(true);
    }
    for (const bad of [
      "javascript:alert(1)",
      " JaVa\tScript:alert(1)",
      "data:text/html,x",
      "\u0001javascript:1",
      "ftp://x",
    ]) {
      expect(isSafeAddress(bad), bad).toBe(false);
    }
  });
});
