import { expect, it } from "vitest";
import { tickNth } from "./tick.ts";

const item = (text: string, done: boolean, below = "") =>
  `<li data-checked="${done}" data-type="taskItem"><label><input type="checkbox"${done ? ' checked="checked"' : ""}><span></span></label><div><p>${text}</p>${below}</div></li>`;
const list = (...items: string[]) => `<ul data-type="taskList">${items.join("")}</ul>`;

it("ticks the one that is meant and nothing else", () => {
  const html = (a: boolean, b: boolean, c: boolean) =>
    `<div><p>x</p><ul><li><p>plain</p></li></ul>${list(item("a", a, list(item("b", b))), item("c", c))}</div>`;
  expect(tickNth(html(false, false, false), 0, true)).toBe(html(true, false, false));
  expect(tickNth(html(false, false, false), 1, true)).toBe(html(false, true, false));
  expect(tickNth(html(false, true, true), 2, false)).toBe(html(false, true, false));
  expect(tickNth(html(true, true, true), 7, false)).toBe(html(true, true, true));
});
