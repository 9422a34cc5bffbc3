import { expect, it } from "vitest";
import { localPath, signInPath } from "./next.ts";

it("leads only to paths of this site", () => {
  const elsewhere = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    undefined,
  ];
  expect(elsewhere.map((next) => localPath(next))).toEqual(elsewhere.map(() => "/"));
  expect(localPath("/engines/items?f=state%3Astarted#x")).toBe("/engines/items?f=state%3Astarted#x");
});

it("keeps what is behind the # out of what a server is sent", () => {
  expect(signInPath("/invite#inv_abc")).toBe("/login?next=%2Finvite#inv_abc");
  expect(signInPath("/engines/items?f=x")).toBe("/login?next=%2Fengines%2Fitems%3Ff%3Dx");
  expect(signInPath(undefined)).toBe("/login");
  expect(localPath("/invite", "inv_abc")).toBe("/invite#inv_abc");
  expect(localPath("//evil.example", "inv_abc")).toBe("/");
});
