/** Items that the server does not know yet: they are opened, changed and found like all others. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { checkAxe, type Harness, shoot, start, WORKSPACE } from "./harness.ts";

const W = `/workspaces/${WORKSPACE.slug}`;

let harness: Harness;
beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness?.close());

it("an item made without a network is opened at once, and keeps its place when its number comes", async () => {
  const { page, context, call } = await harness.signedIn();
  const project = await call<{ id: string }>("POST", `${W}/projects/`, { name: "Looms", identifier: "LOOM" });
  const items = `${W}/projects/${project.id}/work-items/`;
  await call("POST", items, { name: "Card the wool" });
  await page.goto(`/${WORKSPACE.slug}/p/LOOM/items?layout=list`);
  await page.getByRole("row").filter({ hasText: "Card the wool" }).waitFor();
  // The parts of the screen that come when they are first wanted.
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Item LOOM-1" }).getByText("Add a description…").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await page.getByRole("dialog").getByRole("textbox").first().waitFor();
  await page.keyboard.press("Escape");

  await page.keyboard.press("o");
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  await page.goBack();
  await page.getByRole("row").filter({ hasText: "Card the wool" }).waitFor();
  const palette = page.getByRole("combobox", { name: "Search commands and items" });
  await page.keyboard.press("Control+k");
  await palette.waitFor();
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });

  await context.setOffline(true);
  for (const name of ["Spin the yarn", "Warp the loom"]) {
    await page.keyboard.press("c");
    await page.getByRole("dialog").getByRole("textbox").first().waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press("Control+Enter");
    await page.getByRole("row").filter({ hasText: name }).waitFor();
  }
  await page.getByRole("row").filter({ hasText: "Warp the loom" }).locator("[data-title]").click();
  const peek = page.getByRole("complementary", { name: "Item LOOM-…" });
  const title = peek.getByRole("textbox", { name: "Title" });
  await title.waitFor();
  expect(await title.inputValue()).toBe("Warp the loom");
  await peek.getByText("as soon as the server has this item").waitFor();
  await shoot(page, "new-item-offline");
  await checkAxe(page, "an item without a number");
  await title.fill("Warp the big loom");
  await page.keyboard.press("Enter");

  // The palette leads to the one that is meant.
  await page.keyboard.press("Control+k");
  await palette.fill("Spin the");
  await page.getByRole("option", { name: /Spin the yarn/ }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("Spin the yarn");
  await page.goBack();
  await expect.poll(() => title.inputValue()).toBe("Warp the big loom");

  await context.setOffline(false);
  await expect.poll(() => new URL(page.url()).searchParams.get("peek"), { timeout: 20_000 }).toBe("LOOM-3");
  await page.getByRole("complementary", { name: "Item LOOM-3" }).getByText("Add a description…").waitFor();
  const { results } = await call<{ results: { name: string }[] }>("GET", items);
  expect(results.map(({ name }) => name)).toContain("Warp the big loom");
});
