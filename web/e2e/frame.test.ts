import { afterAll, beforeAll, expect, it } from "vitest";
import { checkAxe, type Harness, type Person, SIZES, settled, shoot, start, THEMES, WORKSPACE } from "./harness.ts";

const AT = `/${WORKSPACE.slug}`;
const LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenbeschaffung und alles was damit zusammenhängt";
let harness: Harness;
let ada: Person;

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  for (const [name, identifier] of [
    ["Difference engine", "DIFF"],
    [LONG, "DAMPF"],
  ]) {
    await ada.call("POST", `/workspaces/${WORKSPACE.slug}/projects/`, { name, identifier });
  }
});
afterAll(() => harness?.close());

it("is an app on a phone: a bar below, the sidebar as a sheet", async () => {
  for (const theme of THEMES) {
    const { page, context } = await harness.signedIn({ theme, ...SIZES.phone });
    await page.goto(`${AT}/people`);
    const bar = page.getByRole("navigation", { name: "Main" });
    await bar.waitFor();
    for (const target of await bar.locator("a, button").all()) {
      const box = await target.boundingBox();
      expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
    }
    expect(await page.getByRole("navigation", { name: "Workspace" }).isVisible()).toBe(false);
    await bar.getByRole("button", { name: "More" }).click();
    const sheet = page.getByRole("dialog", { name: "Sidebar" });
    await sheet.getByText(LONG).waitFor();
    await checkAxe(page, `sidebar sheet, ${theme}`);
    await shoot(page, `sheet-${theme}`);
    await sheet.getByRole("link", { name: "Difference engine" }).click();
    await page.waitForURL(`**${AT}/p/DIFF/items`);
    await sheet.waitFor({ state: "detached" });
    await bar.getByRole("button", { name: "Search" }).click();
    await page.getByRole("combobox", { name: "Search commands and items" }).waitFor();
    await context.close();
  }
});

it("holds in high contrast", async () => {
  const { page, context } = await harness.signedIn();
  await page.goto("/settings/appearance");
  await page.getByText("High contrast").click();
  for (const path of ["/settings/appearance", `${AT}/people`, `${AT}/projects`, `${AT}/p/DIFF/settings/states`]) {
    await page.goto(path);
    await page.locator("h1").first().waitFor();
    await settled(page);
    expect(await page.locator("html").getAttribute("data-theme")).toBe("contrast");
    await checkAxe(page, `${path} in high contrast`);
  }
  await shoot(page, "contrast");
  await context.close();
});

it("shows a name and a key where one points or tabs, and lets go by Escape", async () => {
  const { page } = ada;
  await page.goto(`${AT}/people`);
  await page.getByRole("heading", { name: "People" }).waitFor();
  const button = page.getByRole("button", { name: "Search and commands" });
  const tip = page.locator("[aria-hidden=true]").filter({ hasText: "Search and commands" });
  await page.bringToFront();
  await page.mouse.move(700, 700);
  await button.hover();
  await tip.waitFor();
  await shoot(page, "tooltip");
  await page.keyboard.press("Escape");
  await tip.waitFor({ state: "detached" });
  await page.mouse.move(700, 700);
  await page.getByRole("button", { name: /^Workspace/ }).focus();
  await page.keyboard.press("Tab");
  await tip.waitFor();
});

it("offers what one does with a project beside its name", async () => {
  const { page } = ada;
  await page.goto(`${AT}/people`);
  await page.getByRole("link", { name: "Difference engine" }).hover();
  await page.getByRole("button", { name: "More about Difference engine" }).click();
  await shoot(page, "project-menu");
  await checkAxe(page, "project menu");
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.waitForURL(`**${AT}/p/DIFF/settings/general`);
  await expect.poll(() => page.title()).toBe("General · Aileron");
  await page.goto(`${AT}/people`);
  await expect.poll(() => page.title()).toBe("People · Aileron");
});

it("says that there is nothing at an address", async () => {
  const { page } = ada;
  await page.goto(`${AT}/people/of/nowhere`);
  await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await checkAxe(page, "not found");
});

it("says that the server cannot be asked, and tries again", async () => {
  const page = await harness.visitor();
  await page.route("**/api/v1/auth/session/", (route) => route.abort());
  await page.goto(`${AT}/people`);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await checkAxe(page, "server away");
  await shoot(page, "failed");
  await page.unroute("**/api/v1/auth/session/");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.context().close();
});

it.skipIf(process.env.AILERON_E2E_DEV)("needs nothing that a strict policy forbids", async () => {
  const { page, context, call } = await harness.signedIn();
  const [project] = (await call<{ results: { id: string }[] }>("GET", `/workspaces/${WORKSPACE.slug}/projects/`))
    .results;
  await call("POST", `/workspaces/${WORKSPACE.slug}/projects/${project?.id}/work-items/`, { name: "Turn the crank" });
  const broken: string[] = [];
  await page.exposeFunction("broken", (what: string) => broken.push(what));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { broken } = globalThis as unknown as { broken: (what: string) => void };
      broken(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  const screens = [
    "/inbox",
    "/items",
    "/items?layout=board",
    "/people",
    "/projects",
    "/p/DIFF/settings/states",
    "/settings/members",
  ];
  for (const screen of screens) {
    const answer = await page.goto(`${AT}${screen}`);
    expect(answer?.headers()["content-security-policy"]).toMatch(/default-src '(none|self)'/);
    await page.locator("h1").first().waitFor();
    await settled(page);
  }
  await page.goto(`${AT}/items`);
  await page.getByText("Turn the crank").first().click();
  await settled(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands and items" }).waitFor();
  expect(broken).toEqual([]);
  await context.close();
});
