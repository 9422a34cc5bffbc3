import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, hasConflict, joined, merge } from "./merge.ts";

const text = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 8 });

describe("merging", () => {
  it("takes the side that changed", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(joined(merge(base, other, base))).toEqual(other);
        expect(joined(merge(base, base, other))).toEqual(other);
        expect(joined(merge(base, other, other))).toEqual(other);
        expect(hasConflict(merge(base, other, base))).toBe(false);
      }),
    );
  });

  it("loses no block that one side wrote", () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const pieces = merge(base, mine, theirs);
        const kept = new Set(joined(pieces));
        const isNew = (block: (typeof base)[number]) => !base.includes(block);
        for (const block of [...mine, ...theirs].filter(isNew)) expect(kept.has(block)).toBe(true);
      }),
    );
  });

  it("shows both where both changed the same", () => {
    expect(merge(["a", "b", "c"], ["a", "x", "c"], ["a", "y", "c"])).toEqual([
      { kind: "same", blocks: ["a"] },
      { kind: "conflict", mine: ["x"], theirs: ["y"] },
      { kind: "same", blocks: ["c"] },
    ]);
  });

  it("puts changes of different places together", () => {
    const pieces = merge(["a", "b", "c", "d"], ["a1", "b", "c", "d"], ["a", "b", "c", "d", "e"]);
    expect(hasConflict(pieces)).toBe(false);
    expect(joined(pieces)).toEqual(["a1", "b", "c", "d", "e"]);
  });
});

it("takes neighbours that each side changed for what they are", () => {
  const pieces = merge(["a", "b"], ["a1", "b"], ["a", "b1"]);
  expect(hasConflict(pieces)).toBe(false);
  expect(joined(pieces)).toEqual(["a1", "b1"]);
});

describe("blocks", () => {
  it("are those at the top, or in the one element that descriptions are kept in", () => {
    expect(blocksOf("<div><p>a</p><ul><li>b</li></ul></div>")).toEqual(["<p>a</p>", "<ul><li>b</li></ul>"]);
    expect(blocksOf("<p>a</p>")).toEqual(["<p>a</p>"]);
    expect(blocksOf("words &lt;")).toEqual(["<p>words &lt;</p>"]);
    expect(blocksOf('<div data-block-type="callout-component"><p>a</p></div>')).toHaveLength(1);
  });
});
