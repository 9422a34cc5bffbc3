import { describe, expect, it } from "vitest";
import { momentWords } from "../../lib/dates.ts";
import type { Delivery, Try } from "./webhook.ts";
import { durationWords, isCut, isTaken, outcomeWords, readable, stateWords, subjectOf, toldWords } from "./words.ts";

const nothing = { issue: false, issue_comment: false, project: false, cycle: false, module: false, events: [] };

it("what a webhook is told of is one line, however much it is", () => {
  expect(toldWords(nothing)).toBe("Told of nothing yet");
  expect(toldWords({ ...nothing, issue: true })).toBe("Told of work items");
  expect(toldWords({ ...nothing, issue: true, events: ["cycle.archived"] })).toBe(
    "Told of work items and cycle archived",
  );
  const all = { issue: true, issue_comment: true, project: true, cycle: true, module: true };
  expect(toldWords({ ...all, events: [] })).toBe("Told of work items, comments, projects, cycles and modules");
  expect(toldWords({ ...all, events: ["page.created"] })).toBe(
    "Told of work items, comments, projects, cycles and 2 more",
  );
  expect(toldWords({ ...all, events: ["page.created", "*"] })).toBe("Told of everything");
  expect(toldWords({ ...nothing, events: ["*.*"] })).toBe("Told of everything");
});

describe("how far a delivery has got", () => {
  const now = Date.parse("2026-11-30T10:00:00Z");
  const later = "2026-11-30T10:05:00Z";
  const of = (part: Partial<Delivery>, isActive = true) =>
    stateWords(
      { event: "issue", status: "waiting", attempts: 0, next_attempt_at: null, ...part } as Delivery,
      isActive,
      now,
    );

  it("is said with its tries", () => {
    expect(of({ status: "delivered", attempts: 1 })).toBe("Delivered");
    expect(of({ status: "delivered", attempts: 3 })).toBe("Delivered at try 3");
    expect(of({ status: "failed", attempts: 1 })).toBe("Failed after 1 try");
    expect(of({ status: "failed", attempts: 8 })).toBe("Failed after 8 tries");
  });

  it("is said with the time of the next try while it waits", () => {
    expect(of({})).toBe("Waiting to be sent");
    expect(of({ next_attempt_at: "2026-11-30T09:59:00Z" })).toBe("Waiting to be sent");
    expect(of({ attempts: 2, next_attempt_at: later })).toContain("2 tries failed, next try ");
    expect(of({ attempts: 2, next_attempt_at: later })).toContain(momentWords(later).slice(-5));
    expect(of({ attempts: 1, next_attempt_at: "2026-11-30T10:00:05Z" })).toBe("1 try failed, next try within a minute");
    expect(of({ attempts: 2, next_attempt_at: "2026-11-30T09:59:00Z" })).toBe("2 tries failed, the next is due");
  });

  it("says that it waits for the switch, unless it is a test", () => {
    expect(of({ attempts: 1, next_attempt_at: later }, false)).toBe("Waits until the webhook is switched on");
    expect(of({ event: "ping" }, false)).toBe("Waiting to be sent");
    expect(of({ status: "failed", attempts: 8 }, false)).toBe("Failed after 8 tries");
  });
});

it("a try ended with an answer, or with why there was none", () => {
  const of = (part: Partial<Try>) => ({ response_status: null, error: null, ...part }) as Try;
  expect(outcomeWords(of({ response_status: 503 }))).toBe("Answered 503");
  expect(outcomeWords(of({ response_status: 302 }))).toBe("Answered 302, a redirect");
  expect(outcomeWords(of({ error: "connection refused" }))).toBe("connection refused");
  expect(outcomeWords(of({}))).toBe("No answer");
  const taken = [200, 204, 299, 300, 199, null].map((response_status) => isTaken(of({ response_status })));
  expect(taken).toEqual([true, true, true, false, false, false]);
});

it("durations are short", () => {
  expect([0, 120, 999, 1000, 1449, 15_012].map(durationWords)).toEqual([
    "0 ms",
    "120 ms",
    "999 ms",
    "1.0 s",
    "1.4 s",
    "15 s",
  ]);
});

it("bodies are laid out if they are JSON, and named if they have a name", () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable("<b>no</b>")).toBe("<b>no</b>");
  expect(subjectOf('{"data":{"name":"It leaks"}}')).toBe("It leaks");
  expect(['{"data":{"id":"x"}}', '{"data":null}', "null", "[]", "no", '{"data":{"name":7}}'].map(subjectOf)).toEqual(
    Array(6).fill(null),
  );
});

it("an answer that is as long as what is kept may have been cut", () => {
  expect(isCut("x".repeat(16_384))).toBe(true);
  expect(isCut("ä".repeat(8_192))).toBe(true);
  // A letter of several bytes at the end is not kept in part.
  expect(isCut("x".repeat(16_382))).toBe(true);
  expect(isCut("x".repeat(16_000))).toBe(false);
});
