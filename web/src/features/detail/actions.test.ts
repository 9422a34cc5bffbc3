import { expect, it } from "vitest";
import { branchName } from "./actions.ts";

it.each([
  ["ENG-42", "Fix the lift!", "eng-42-fix-the-lift"],
  ["ENG-1", "  Größe & Höhe: „alt“  ", "eng-1-gro-e-hohe-alt"],
  ["ENG-1", "日本語", "eng-1"],
  ["ENG-1", "x".repeat(80), `eng-1-${"x".repeat(50)}`],
])("%s %s", (key, title, name) => {
  expect(branchName(key, title)).toBe(name);
  expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
