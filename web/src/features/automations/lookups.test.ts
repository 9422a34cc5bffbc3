import { expect, it, vi } from "vitest";
import { Lookups } from "./lookups.ts";

const ids = ["a", "b", "c"];

it("asks for each once, however often and in whatever order they are answered", async () => {
  const answers = new Map<string, (answer: string | null) => void>();
  const read = vi.fn((id: string) => new Promise<string | null>((resolve) => answers.set(id, resolve)));
  const lookups = new Lookups(read);
  // As a screen does: what is answered is drawn, and the rest is asked for again.
  lookups.subscribe(() => lookups.ask(ids.filter((id) => !lookups.known().has(id))));
  lookups.ask(ids);
  for (const id of ids.toReversed()) {
    answers.get(id)?.(id === "b" ? null : id.toUpperCase());
    await vi.waitFor(() => expect(lookups.known().has(id)).toBe(true));
  }
  expect(read).toHaveBeenCalledTimes(3);
  expect(Object.fromEntries(lookups.known())).toEqual({ a: "A", b: null, c: "C" });
});

it("does not take for gone what could not be asked, and asks for that again", async () => {
  const read = vi.fn().mockRejectedValueOnce(new Error("500")).mockResolvedValue("A");
  const lookups = new Lookups<string>(read);
  lookups.ask(["a"]);
  await vi.waitFor(() => {
    expect(lookups.known().has("a")).toBe(false);
    lookups.ask(["a"]);
    expect(read).toHaveBeenCalledTimes(2);
  });
  await vi.waitFor(() => expect(lookups.known().get("a")).toBe("A"));
  lookups.ask(["a"]);
  expect(read).toHaveBeenCalledTimes(2);
});

it("tells nobody who has left", async () => {
  const listener = vi.fn();
  const lookups = new Lookups<string>(async () => "A");
  lookups.subscribe(listener)();
  lookups.ask(["a"]);
  await vi.waitFor(() => expect(lookups.known().size).toBe(1));
  expect(listener).not.toHaveBeenCalled();
});
