import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setPreference } from "../lib/preferences.ts";
import { startKeymap } from "./keymap.ts";
import { type Command, register } from "./registry.ts";

let ran: string[] = [];
const stops: (() => void)[] = [];

function command(id: string, keys: string, more: Partial<Command> = {}): Command {
  return { id, title: id, section: "View", keys: [keys], run: () => void ran.push(id), ...more };
}

function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true, ...more });
  on.dispatchEvent(event);
  return event;
}

function element(html: string): Element {
  document.body.innerHTML = html;
  const [found] = document.body.children;
  if (!found) throw new Error("no element");
  return found;
}

beforeEach(() => {
  ran = [];
  stops.push(startKeymap());
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  setPreference("singleKeys", true);
  vi.useRealTimers();
});

function has(...commands: Command[]): void {
  stops.push(register(commands));
}

describe("keys", () => {
  it("run a command, and the browser's own meaning is off", () => {
    has(command("a", "c"));
    expect(press("c").defaultPrevented).toBe(true);
    expect(press("x").defaultPrevented).toBe(false);
    expect(ran).toEqual(["a"]);
  });

  it("of a sequence are not single keys besides", () => {
    has(command("single", "i"), command("sequence", "g i"));
    for (const key of ["g", "i", "i"]) press(key);
    expect(ran).toEqual(["sequence", "single"]);
  });

  it("of a sequence last while commands come and go, but not for ever", () => {
    vi.useFakeTimers();
    has(command("sequence", "g i"));
    press("g");
    has(command("other", "o"));
    press("i");
    expect(ran).toEqual(["sequence"]);
    press("g");
    vi.advanceTimersByTime(1300);
    press("i");
    expect(ran).toEqual(["sequence"]);
  });

  it("do nothing while one types, chooses or answers, unless the command says so", () => {
    has(command("plain", "c"), command("always", "k", { whileTyping: true }));
    const places = [
      "<input>",
      "<textarea></textarea>",
      "<select></select>",
      "<div role=menu><b></b></div>",
      "<div role=dialog></div>",
    ];
    for (const html of places) {
      press("c", element(html));
      press("k", element(html));
    }
    expect(ran).toEqual(places.map(() => "always"));
    press("c", element("<input type=checkbox>"));
    expect(ran.at(-1)).toBe("plain");
  });

  it("leave Enter and Space to the button that has the focus", () => {
    has(command("enter", "Enter"), command("space", "Space"));
    press("Enter", element("<button></button>"));
    press(" ", element("<a href=x></a>"), { code: "Space" });
    expect(ran).toEqual([]);
    press("Enter", element("<div></div>"));
    expect(ran).toEqual(["enter"]);
  });

  it("can be switched off where they are single", () => {
    has(command("single", "c"), command("sequence", "g i"));
    setPreference("singleKeys", false);
    for (const key of ["c", "g", "i"]) press(key);
    expect(ran).toEqual([]);
  });

  it("go to the command that fits, the one added last first", () => {
    let fits = true;
    has(command("app", "e"), command("screen", "e", { when: () => fits }));
    press("e");
    fits = false;
    press("e");
    expect(ran).toEqual(["screen", "app"]);
  });
});
