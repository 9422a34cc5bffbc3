import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mutation } from "./contract.ts";
import { joined, laid, opposite, whole, withLists } from "./lists.ts";

const update = (labels: readonly string[]): Mutation => ({
  kind: "update",
  entity: "work_item",
  id: "i",
  patch: { labels, name: "New" },
});

test("a change of a list is what comes and what goes, laid over whatever list there is then", () => {
  const made = withLists(update(["a", "c"]), { labels: ["a", "b"], name: "Old" });
  expect(made).toMatchObject({ patch: { name: "New" }, lists: { labels: { added: ["c"], removed: ["b"] } } });
  expect(made.kind === "update" && made.patch).not.toHaveProperty("labels");
  expect(whole(made, { labels: ["x", "b"] })).toEqual({ ...update(["x", "c"]) });
});

test("a change without lists, or of a row that is not known, stays as it is", () => {
  const plain: Mutation = { kind: "update", entity: "work_item", id: "i", patch: { name: "New" } };
  expect(withLists(plain, { name: "Old", labels: ["a"] })).toBe(plain);
  expect(withLists(update(["a"]), undefined)).toEqual(update(["a"]));
});

const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
const sorted = (values: readonly string[] | undefined) => [...(values ?? [])].sort();

test("over the same row it makes the list that was wanted; two joined do as one after the other; the opposite takes it back", () => {
  const property = fc.property(list, list, list, list, (before, once, twice, elsewhere) => {
    const listsOf = (after: readonly string[], row: readonly string[]) => {
      const made = withLists(update(after), { labels: row });
      return made.kind === "update" ? made.lists : undefined;
    };
    const first = listsOf(once, before);
    expect(sorted(laid(first, { labels: before }).labels)).toEqual(sorted(once));
    const second = listsOf(twice, once);
    const stepwise = laid(second, laid(first, { labels: elsewhere })).labels;
    expect(sorted(laid(joined(first, second), { labels: elsewhere }).labels)).toEqual(sorted(stepwise));
    if (!first) return;
    const back = opposite(first, { labels: before });
    expect(sorted(laid(back, { labels: once }).labels)).toEqual(sorted(before));
  });
  fc.assert(property);
});
