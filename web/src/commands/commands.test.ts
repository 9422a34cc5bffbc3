import { describe, expect, it } from "vitest";
import { appCommands } from "./app-commands.ts";
import { commandHits, matching } from "./find.ts";
import { clashes, isSingle } from "./keys.ts";
import { all, type Command, type CommandContext, fits, register, titleOf } from "./registry.ts";

/** What the features bring: every module called `commands` exports lists of them. */
const modules = import.meta.glob<Record<string, unknown>>(["../features/**/*commands*.{ts,tsx}", "!../**/*.test.*"], {
  eager: true,
});
const ofFeatures = Object.values(modules).flatMap((module) => Object.values(module).flatMap(listed));
const commands: readonly Command[] = [...appCommands, ...ofFeatures];

/** Somewhere, with nothing chosen. */
const nowhere: CommandContext = { engine: null, items: [], project: null, screen: "", navigate: () => undefined };

function listed(exported: unknown): Command[] {
  return Array.isArray(exported) && exported.every((entry) => isCommand(entry)) ? exported : [];
}

function isCommand(entry: unknown): entry is Command {
  return typeof entry === "object" && entry !== null && "id" in entry && "run" in entry && "section" in entry;
}

function made(id: string, keys: readonly string[], when?: Command["when"]): Command {
  return { id, title: id, section: "View", keys, run: () => undefined, ...(when ? { when } : {}) };
}

describe("all commands", () => {
  it("have an id of their own and a title", () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    for (const command of commands) {
      expect(command.id).toMatch(/^[a-z]+(\.[a-z0-9_-]+)+$/);
      expect(titleOf(command, nowhere), command.id).toMatch(/^\p{Lu}/u);
    }
  });

  it("are found in the palette by their own title, where they fit", () => {
    const fitting = commands.filter((command) => command.id !== "palette.open" && fits(command, nowhere));
    const hits = commandHits(commands, nowhere);
    for (const command of fitting) {
      const found = matching(hits, titleOf(command, nowhere));
      expect(found.map(({ id }) => id)).toContain(command.id);
    }
  });

  it("do not get in each other's way by their keys", () => {
    expect(clashes(commands)).toEqual([]);
  });
});

describe("the test for clashes", () => {
  it("sees the same key twice, however it is written", () => {
    expect(clashes([made("a", ["$mod+Shift+k"]), made("b", ["Shift+$mod+K"])])).toHaveLength(1);
  });

  it("lets keys be shared by commands that say when they fit", () => {
    const when = () => true;
    expect(clashes([made("a", ["e"], when), made("b", ["e"], when)])).toEqual([]);
    expect(clashes([made("a", ["e"], when), made("b", ["e"])])).toHaveLength(1);
  });

  it("sees a key that also begins a sequence", () => {
    expect(clashes([made("a", ["g"]), made("b", ["g i"])])).toHaveLength(1);
    expect(clashes([made("a", ["Shift+g"]), made("b", ["g i"])])).toEqual([]);
  });
});

it("knows single keys from those with a modifier", () => {
  const keys = ["c", "Shift+e", "g i", "[", "?", "$mod+k", "Alt+Shift+ArrowUp", "Escape", "Shift+Delete", "$mod+."];
  expect(keys.filter(isSingle)).toEqual(["c", "Shift+e", "g i", "[", "?"]);
});

describe("the registry", () => {
  const held = () => all().filter(({ id }) => id === "test.x");

  it("gives back what a command replaced", () => {
    const [first, second] = [made("test.x", []), made("test.x", ["x"])];
    const removeFirst = register([first]);
    const removeSecond = register([second]);
    expect(held()).toEqual([second]);
    removeSecond();
    expect(held()).toEqual([first]);
    removeFirst();
    expect(held()).toEqual([]);
  });

  it("keeps a command that somebody else has added as well", () => {
    const shared = made("test.x", []);
    const removeFirst = register([shared]);
    const removeSecond = register([shared]);
    removeFirst();
    expect(held()).toEqual([shared]);
    removeSecond();
    expect(held()).toEqual([]);
  });

  it("does not bring back what was removed meanwhile", () => {
    const removeFirst = register([made("test.x", [])]);
    const removeSecond = register([made("test.x", ["x"])]);
    removeFirst();
    removeSecond();
    expect(held()).toEqual([]);
  });
});
