import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAxe, type Harness, inBothThemes, type Person, SIZES, shoot, start, WORKSPACE } from "./harness.ts";

const AT = `/${WORKSPACE.slug}`;
let harness: Harness;
let ada: Person;

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  const projects = `/workspaces/${WORKSPACE.slug}/projects/`;
  const project = await ada.call<{ id: string }>("POST", projects, { name: "Difference engine", identifier: "DIFF" });
  for (const [name, description_html] of [
    ["Grind the number wheels", "<p>Brass, 31 digits</p>"],
    ["Order a crank", "<p>With an ornamental handle</p>"],
  ]) {
    await ada.call("POST", `${projects}${project.id}/work-items/`, { name, description_html });
  }
});
afterAll(() => harness?.close());

async function open(path: string, options: Parameters<Harness["signedIn"]>[0] = {}): Promise<Page> {
  const { page } = await harness.signedIn(options);
  await page.goto(`${AT}${path}`);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  return page;
}

const palette = (page: Page) => page.getByRole("combobox", { name: "Search commands and items" });
const option = (page: Page, name: string | RegExp) =>
  page.getByRole("listbox", { name: "Results" }).getByRole("option", { name });

describe("keys", () => {
  it("go where they say, by sequences", async () => {
    const page = await open("/people");
    for (const [keys, path] of [
      ["gp", "/projects"],
      ["ge", "/people"],
      ["gs", "/settings/general"],
      ["gi", "/inbox"],
      ["gm", "/my/assigned"],
      ["ga", "/items"],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForURL(`**${AT}${path}*`);
    }
    await page.context().close();
  });

  it("do nothing while one types, and nothing at all when they are switched off", async () => {
    const page = await open("/people");
    await page.getByLabel("Find somebody").focus();
    await page.keyboard.type("gp[?");
    expect(await page.getByLabel("Find somebody").inputValue()).toBe("gp[?");
    expect(page.url()).toContain("/people");
    await page.keyboard.press("Control+k");
    await palette(page).fill("single-key");
    await page.keyboard.press("Enter");
    await palette(page).waitFor({ state: "detached" });
    await page.locator("body").click({ position: { x: 700, y: 600 } });
    await page.keyboard.type("gp");
    await page.waitForTimeout(300);
    expect(page.url()).toContain("/people");
    await page.keyboard.press("Control+k");
    await palette(page).waitFor();
    await page.context().close();
  });

  it("fold the sidebar, and change the density", async () => {
    const page = await open("/people");
    await page.keyboard.press("[");
    await page.getByRole("link", { name: "Difference engine" }).hover();
    await expect
      .poll(() =>
        page
          .locator("aside")
          .first()
          .evaluate((aside) => aside.getBoundingClientRect().width),
      )
      .toBe(48);
    await checkAxe(page, "collapsed sidebar");
    await shoot(page, "collapsed");
    await page.keyboard.press("Control+.");
    expect(await page.locator("html").getAttribute("data-density")).toBe("comfortable");
    await page.context().close();
  });

  it("are all on the sheet, which closes by Escape and gives the focus back", async () => {
    const page = await open("/people");
    await page.getByLabel("Find somebody").focus();
    await page.getByRole("button", { name: "Search and commands" }).focus();
    await page.keyboard.press("Shift+?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.waitFor();
    await sheet.getByText("Command palette").waitFor();
    await inBothThemes(page, "keys", (picture) => shoot(page, picture));
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(focused).toBe("Search and commands");
    await page.context().close();
  });
});

describe("the palette", () => {
  it("looks right everywhere", async () => {
    for (const [size, view] of Object.entries(SIZES)) {
      const page = await open("/people", view);
      await page.keyboard.press("Control+k");
      await palette(page).waitFor();
      await inBothThemes(page, `palette-${size}`, (picture) => shoot(page, picture));
      await page.context().close();
    }
  });

  it("does what is chosen by arrows and Enter", async () => {
    const page = await open("/people");
    await page.keyboard.press("Control+k");
    await palette(page).fill("theme");
    const first = await option(page, /Theme/).first().innerText();
    expect(await page.getByRole("option", { selected: true }).innerText()).toBe(first);
    await palette(page).fill("theme dark");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("dark");
    await palette(page).waitFor({ state: "detached" });
    await page.context().close();
  });

  it("finds items by key, by title, and by what stands in their text", async () => {
    const page = await open("/p/DIFF/items");
    const search = async (text: string) => {
      await page.keyboard.press("Control+k");
      await palette(page).fill(text);
    };
    await search("diff-2");
    await option(page, /Order a crank/).waitFor();
    expect(await page.getByRole("option", { selected: true }).innerText()).toContain("DIFF-2");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${AT}/item/DIFF-2`);
    await search("wheels number");
    await option(page, /Grind the number wheels/).waitFor();
    await palette(page).fill("ornamental");
    await page
      .getByRole("group", { name: "In text and comments" })
      .getByRole("option", { name: /Order a crank/ })
      .waitFor();
    await shoot(page, "palette-found");
    await palette(page).fill("zzzz");
    await page.getByText("Nothing is called").waitFor();
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "detached" });
    await page.context().close();
  });

  it("opens with what fits the selection", async () => {
    const page = await open("/item/DIFF-1");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByText("Grind the number wheels").waitFor();
    const groups = page.getByRole("listbox", { name: "Results" }).getByRole("group");
    expect(await groups.first().getAttribute("aria-label")).toBe("Selection");
    await page.context().close();
  });
});

it("lets one do it all without a mouse: make a project and a state, invite, sign out", async () => {
  const page = await open("/people");
  const run = async (text: string) => {
    await page.keyboard.press("Control+k");
    await palette(page).waitFor();
    await page.keyboard.type(text);
    await option(page, new RegExp(text, "i")).first().waitFor();
    await page.keyboard.press("Enter");
  };
  await run("create project");
  await page.getByRole("dialog", { name: "Create project" }).waitFor();
  await page.keyboard.type("Analytical engine");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${AT}/p/AE/items`);
  await page.getByRole("heading", { name: "Items" }).waitFor();
  await run("project settings");
  await page.waitForURL(`**${AT}/p/AE/settings/general`);
  await run("invite people");
  await page.waitForURL(`**${AT}/settings/members`);
  await run("sign out");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.context().close();
});
