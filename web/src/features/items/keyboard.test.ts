import { expect, it } from "vitest";
import { branchName } from "./commands.ts";
import { neighbour } from "./keyboard.ts";

const ids = ["a", "b", "c", "d"];

it.each([
  [["b"], -1, "a"],
  [["a"], -1, undefined],
  [["b"], 1, "d"],
  [["c"], 1, null],
  [["d"], 1, undefined],
  [["b", "c"], 1, null],
  [["x"], 1, undefined],
] as const)("moves %s by %s to before %s", (moved, by, before) => {
  expect(neighbour(ids, moved, by)).toBe(before);
});

it("names a branch after the item", () => {
  expect(branchName("AIL-12", "Über-fix: the lift!")).toBe("ail-12-uber-fix-the-lift");
  expect(branchName("AIL-12", "日本")).toBe("ail-12");
});
