import { expect, test } from "vitest";
import { listenToBrowser } from "./browser.ts";

test("the browser asks before a page goes with which something would be lost, and only then", () => {
  const stopped = new AbortController();
  let loses = false;
  const nothing = () => {};
  const events = { online: nothing, offline: nothing, seen: nothing, left: nothing, loses: () => loses };
  listenToBrowser(events, stopped.signal);
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asks()).toBe(false);
  loses = true;
  expect(asks()).toBe(true);
  stopped.abort();
  expect(asks()).toBe(false);
});
