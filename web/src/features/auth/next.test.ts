import { expect, it } from "vitest";
import { localPath } from "./next.ts";

it("leads only to paths of this site", () => {
  const elsewhere = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    undefined,
  ];
  expect(elsewhere.map(localPath)).toEqual(elsewhere.map(() => "/"));
  expect(localPath("/engines/items?f=state%3Astarted#x")).toBe("/engines/items?f=state%3Astarted#x");
});
