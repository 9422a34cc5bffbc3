import { describe, expect, it } from "vitest";
import { fold, score } from "./match.ts";

const rank = (text: string, query: string) => score(fold(text), fold(query));

describe("search in short texts", () => {
  it("wants every word, wherever it stands", () => {
    expect(rank("Set due date", "date set")).toBeGreaterThan(0);
    expect(rank("Set due date", "date x")).toBe(0);
  });

  it("does not care about case and accents", () => {
    expect(rank("Élan Über", "elan uber")).toBeGreaterThan(0);
  });

  it("prefers the whole, then the start, then the start of a word", () => {
    const ranks = ["log", "log out", "the log", "catalogue"].map((text) => rank(text, "log"));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    expect(new Set(ranks).size).toBe(4);
  });

  it("finds the start of a later word even if the letters stand inside of an earlier one", () => {
    expect(rank("catalogue of logs", "log")).toBe(rank("the log", "log"));
  });

  it("matches everything while nothing is asked", () => {
    expect(rank("anything", "")).toBe(1);
  });
});
