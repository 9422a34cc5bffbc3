import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, shoot, start, WORKSPACE } from "./harness.ts";

// The service worker is in what was built, not in the sources as they are.
describe.skipIf(process.env.AILERON_E2E_DEV)("without the server", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await start();
  });
  afterAll(() => harness?.close());

  it("starts from what the browser has, keeps a change, and sends it later", async () => {
    const { page, context, call } = await harness.signedIn();
    const projects = `/workspaces/${WORKSPACE.slug}/projects/`;
    const project = await call<{ id: string }>("POST", projects, { name: "Difference engine", identifier: "DIFF" });
    await page.goto(`/${WORKSPACE.slug}/p/DIFF/settings/labels`);
    await page.getByText("There are no labels yet.").waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

    await context.setOffline(true);
    await page.reload();
    await page.getByText("There are no labels yet.").waitFor();
    await page.getByText("You are offline.").waitFor();
    await page.getByRole("button", { name: "Create label" }).click();
    await page.getByLabel("Name of the new label").fill("brass");
    await page.keyboard.press("Enter");
    await page.getByText("1 change is kept in this browser and sent later.").waitFor();
    await shoot(page, "offline");
    await page.reload();
    await page.getByText("1 change is kept in this browser and sent later.").waitFor();
    expect(await page.getByLabel("Name of the label").inputValue()).toBe("brass");

    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    const leaving = page.getByRole("dialog", { name: "Sign out and lose changes" });
    await leaving.getByText("1 change was not sent yet.").waitFor();
    await leaving.getByRole("button", { name: "Cancel" }).click();

    await context.setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "hidden", timeout: 20_000 });
    const labels = async () =>
      (await call<{ results: { name: string }[] }>("GET", `${projects}${project.id}/labels/`)).results;
    await expect.poll(async () => (await labels()).map(({ name }) => name), { timeout: 15_000 }).toEqual(["brass"]);
  });

  it("keeps nothing of the API in the caches of the shell", async () => {
    const { page } = await harness.signedIn();
    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const kept = await page.evaluate(async () => {
      const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
      const requests = await Promise.all(caches_.map((cache) => cache.keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept).toContain("/index.html");
    expect(kept.filter((path) => path.startsWith("/api/"))).toEqual([]);
  });
});
