import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mayWords, READ_ONLY } from "./scopes.ts";

const PERMISSIONS = join(import.meta.dirname, "../../../../../crates/kernel/src/permissions.rs");

it("knows every scope of the server that only reads", () => {
  const scopes = readFileSync(PERMISSIONS, "utf8").matchAll(/"([\w.]+:read)"/g);
  expect(READ_ONLY).toEqual([...new Set([...scopes].map(([, scope]) => scope))].sort());
});

it("says what a token may in few words", () => {
  expect(mayWords([])).toBe("Everything you may");
  expect(mayWords(READ_ONLY.toReversed())).toBe("Read only");
  expect(mayWords(["profile:read", "projects:write"])).toBe("profile:read, projects:write");
});
