import { expect, it } from "vitest";
import { whereOf } from "./hits.ts";

it.each([
  ["ail-12", "key"],
  ["12", "key"],
  ["lift fix", "title"],
  ["Müde", "title"],
  ["fix wheel", "text"],
] as const)("says where %s was found", (q, where) => {
  expect(whereOf(q, "AIL-12", "Fix the lift, it is müde")).toBe(where);
});
