import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventOptions, eventWords, isLikePattern, NOUNS, patternWords } from "./events.ts";

const docs = readFileSync(join(import.meta.dirname, "../../../../docs/webhooks.md"), "utf8");

describe("what webhooks can be told of", () => {
  it("are the nouns of the documentation", () => {
    const [, table = ""] = docs.split("### Nouns and verbs\n");
    const rows = (table.split("\n### ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
    const nouns = rows.flatMap((row) => {
      const first = (row.split("|")[1] ?? "").replace(/\(.*?\)/g, "");
      return [...first.matchAll(/`(\w+)`/g)].map(([, noun]) => noun);
    });
    expect(nouns.length).toBeGreaterThan(20);
    expect(Object.keys(NOUNS).sort()).toEqual(nouns.sort());
  });

  it("are each offered once, by noun, and called by a name of their own", () => {
    const options = eventOptions();
    expect(new Set(options.map(({ id }) => id)).size).toBe(options.length);
    expect(new Set(options.map(({ label }) => label)).size).toBe(options.length);
    expect(options.map(({ id }) => id)).toEqual(expect.arrayContaining(["*", "cycle.*", "cycle.archived"]));
    // A pattern for the one thing that may happen would say nothing more.
    expect(options.map(({ id }) => id)).not.toContain("intake.*");
  });
});

it("a pattern is said in words, and what is none as it is", () => {
  expect(["*", "*.*", "cycle.*", "*.deleted", "work_item.updated", "webhook.secret_rotated"].map(patternWords)).toEqual(
    [
      "Everything that happens",
      "Everything that happens",
      "Cycle: anything",
      "Anything deleted",
      "Work item changed",
      "Webhook given a new secret",
    ],
  );
  for (const none of ["cycle", "", "a.b.c", "cycle.archived.x", "cycle.", "cycle.eaten", "noun.*", "*.eaten"]) {
    expect(patternWords(none)).toBe(none);
  }
});

it("a delivery is called by what it tells of, also in the words of bodies", () => {
  expect(eventWords("issue", "updated")).toBe("Work item changed");
  expect(eventWords("issue_comment", "created")).toBe("Comment created");
  expect(eventWords("cycle", "archived")).toBe("Cycle archived");
  expect(eventWords("ping", "sent")).toBe("Test");
});

it("what is typed is offered as a pattern where it could be one", () => {
  expect(["cycle.archived", "*.deleted", "work_item.*", "cycle.eaten"].every(isLikePattern)).toBe(true);
  expect(["cycle", "archived", "cycle.", ".x", "a b.c", "a.b.c", ""].some(isLikePattern)).toBe(false);
});
