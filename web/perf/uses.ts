/** What somebody does with a list or board all day, each timed. The items must be on the screen, as a list. */

import type { Desk, Timed } from "./desk.ts";

export type Note = (name: string, timed: Timed) => void;

/** All of it once. In turns it sets one value and another, so that each round changes something. */
export async function doAll(desk: Desk, note: Note, turn: number): Promise<void> {
  await doEdits(desk, note, turn);
  await doFilters(desk, note);
  await doLayouts(desk, note);
  await doBoard(desk, note, turn);
  await doPeek(desk, note);
  await doPalette(desk, note);
}

const grid = (desk: Desk) => desk.page.locator("[role=grid]");

async function doEdits(desk: Desk, note: Note, turn: number): Promise<void> {
  const { page } = desk;
  await grid(desk).focus();
  await page.keyboard.press("j");
  const now = await page.locator("[data-focused] [data-pick=priority]").getAttribute("aria-label");
  await page.keyboard.press("p");
  await page.getByRole("combobox", { name: "Set priority" }).waitFor();
  const wanted = now?.endsWith("Low") ? "High" : "Low";
  const option = page.getByRole("option", { name: wanted });
  await option.waitFor();
  const answered = page.waitForResponse((response) => response.request().method() === "PATCH");
  const started = performance.now();
  note("edit", await desk.time("row changed", () => option.click()));
  await answered;
  note("edit: until the server has it", { wall: performance.now() - started, cpu: 0 });
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await grid(desk).focus();
  const to = turn % 2 ? "x" : "Shift+J";
  note("choose a row", await desk.time("row changed", () => page.keyboard.press(to)));
  await page.keyboard.press("Escape");
}

async function doFilters(desk: Desk, note: Note): Promise<void> {
  const { page } = desk;
  for (const [name, word] of [
    ["filter: priority", "urgent"],
    ["filter: state", "started"],
  ] as const) {
    await grid(desk).focus();
    await page.keyboard.press("f");
    await page.getByRole("combobox", { name: "Filter by" }).waitFor();
    await page.keyboard.type(word);
    await page
      .getByRole("option", { name: new RegExp(word, "i") })
      .first()
      .waitFor();
    note(name, await desk.time("count changed", () => page.keyboard.press("Enter")));
    await page.keyboard.press("Escape");
    await grid(desk).focus();
    note("filter: clear", await desk.time("count changed", () => page.keyboard.press("Shift+F")));
  }
  await page.keyboard.press("Control+f");
  await page.getByLabel("Find in this list").waitFor();
  for (const key of "st") note("text key", await desk.time("count changed", () => page.keyboard.press(key)));
  await page.keyboard.press("Escape");
}

async function doLayouts(desk: Desk, note: Note): Promise<void> {
  const { page } = desk;
  await grid(desk).focus();
  await page.keyboard.press("Shift+G");
  const select = page.getByLabel("Group by");
  await select.waitFor();
  note("group by priority", await desk.time("head changed", () => select.selectOption("priority")));
  note("group by state", await desk.time("head changed", () => select.selectOption("state_group")));
  await page.keyboard.press("Escape");
  await select.waitFor({ state: "detached" });
  await grid(desk).focus();
  await page.keyboard.press("v");
  note("list to board", await desk.time("cards", () => page.keyboard.press("2")));
}

async function doBoard(desk: Desk, note: Note, turn: number): Promise<void> {
  const { page } = desk;
  const columns = page.locator(".board-column", { has: page.locator(".card") });
  const from = columns.nth(turn % 2);
  const card = await from.locator(".card").first().boundingBox();
  const to = await columns
    .nth((turn + 1) % 2)
    .locator(".board-scroll")
    .boundingBox();
  if (!card || !to) throw new Error("There is nothing to drag");
  await page.mouse.move(card.x + 100, card.y + 10);
  await page.mouse.down();
  await page.mouse.move(card.x + 110, card.y + 24, { steps: 4 });
  await page.mouse.move(to.x + 120, to.y + 60, { steps: 8 });
  note("drop a card", await desk.time("columns changed", () => page.mouse.up()));
  await page.keyboard.press("v");
  note("board to list", await desk.time("rows", () => page.keyboard.press("1")));
}

async function doPeek(desk: Desk, note: Note): Promise<void> {
  const { page } = desk;
  await grid(desk).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("j");
  note("peek: properties and text", await desk.time("text", () => page.keyboard.press("Enter")));
  await desk.still();
  const name = await page.locator("aside.peek").getAttribute("aria-label");
  await page.keyboard.press("j");
  await page.waitForFunction(
    (before) => document.querySelector("aside.peek")?.getAttribute("aria-label") !== before,
    name,
  );
  await page.keyboard.press("Escape");
  await page.locator("aside.peek").waitFor({ state: "detached" });
  await grid(desk).focus();
  await page.keyboard.press("k");
  note("peek again", await desk.time("text", () => page.keyboard.press("Enter")));
  await page
    .getByRole("button", { name: /Edit description|Add a description/ })
    .first()
    .click();
  const editor = page.locator("aside.peek [contenteditable=true]:focus");
  await editor.waitFor();
  for (const key of "wind and weather") {
    note("editor key", await desk.time("frame", () => page.keyboard.press(key === " " ? "Space" : key)));
  }
  await page.keyboard.press("Escape");
  await page.locator("aside.peek").getByRole("button", { name: "Close" }).click();
  await page.locator("aside.peek").waitFor({ state: "detached" });
}

async function doPalette(desk: Desk, note: Note): Promise<void> {
  const { page } = desk;
  await grid(desk).focus();
  note("palette: open", await desk.time("command", () => page.keyboard.press("Control+k")));
  const field = page.getByRole("combobox", { name: "Search commands and items" });
  await field.waitFor();
  for (const key of "er") note("palette: key", await desk.time("hit", () => page.keyboard.press(key)));
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
}
