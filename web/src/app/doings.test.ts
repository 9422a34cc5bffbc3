import { beforeEach, describe, expect, it } from "vitest";
import { type Doing, Doings } from "./doings.ts";

let doings: Doings;
let said: string[];
let online: boolean;

beforeEach(() => {
  doings = new Doings();
  said = [];
  online = true;
});

function doing(name: string): Doing {
  const say = (word: string) => () => {
    if (online) said.push(`${word} ${name}`);
    return online;
  };
  return { undo: say("undo"), redo: say("redo") };
}

function did(...names: string[]): readonly Doing[] {
  const made = names.map(doing);
  for (const each of made) doings.did(each);
  return made;
}

describe("what was done", () => {
  it("is taken back and done again in its order, whatever it is", () => {
    did("edit", "archive a", "archive b");
    expect([doings.undo(), doings.undo(), doings.undo(), doings.undo()]).toEqual([true, true, true, false]);
    expect([doings.redo(), doings.redo()]).toEqual([true, true]);
    doings.undo();
    expect(said).toEqual([
      "undo archive b",
      "undo archive a",
      "undo edit",
      "redo edit",
      "redo archive a",
      "undo archive a",
    ]);
  });

  it("is not done again once something else was done", () => {
    did("edit");
    doings.undo();
    did("archive");
    expect(doings.redo()).toBe(false);
    doings.undo();
    doings.undo();
    expect(said).toEqual(["undo edit", "undo archive"]);
  });

  it("stays where it cannot be taken back now", () => {
    did("edit", "archive");
    online = false;
    expect(doings.undo()).toBe(true);
    expect(doings.redo()).toBe(false);
    online = true;
    doings.undo();
    expect(said).toEqual(["undo archive"]);
  });

  it("is passed over where it failed, done or taken back", () => {
    const [, failed] = did("a", "b", "c");
    if (failed) doings.forget(failed);
    doings.undo();
    doings.undo();
    expect(said).toEqual(["undo c", "undo a"]);
    const [last] = did("d");
    doings.undo();
    if (last) doings.forget(last);
    expect(doings.redo()).toBe(false);
  });

  it("is the last again where taking it back failed, unless something was done since", () => {
    const [, second] = did("a", "b");
    doings.undo();
    if (second) doings.stands(second);
    expect(doings.redo()).toBe(false);
    doings.undo();
    did("c");
    if (second) doings.stands(second);
    doings.undo();
    doings.undo();
    expect(said).toEqual(["undo b", "undo b", "undo c", "undo a"]);
  });

  it("is taken back by what offers it only while it is the last", () => {
    const [first, second] = did("a", "b");
    expect(doings.undo(first)).toBe(false);
    expect(doings.undo(second)).toBe(true);
    expect(said).toEqual(["undo b"]);
  });

  it("says once that it is for good, and keeps what was before it", () => {
    did("a");
    doings.didForGood(() => said.push("for good"));
    doings.undo();
    expect(said).toEqual(["for good"]);
    expect(doings.redo()).toBe(false);
    doings.undo();
    expect(said).toEqual(["for good", "undo a"]);
  });

  it("is known as far back as the engine knows its own", () => {
    did(...Array.from({ length: 30 }, (_, at) => `${at}`));
    while (doings.undo());
    expect(said).toHaveLength(20);
    expect(said.at(-1)).toBe("undo 10");
  });
});
