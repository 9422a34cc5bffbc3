import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, type Person, shoot, start, WORKSPACE } from "./harness.ts";

const AT = `/${WORKSPACE.slug}`;
let harness: Harness;
let ada: Person;

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  await ada.call("POST", `/workspaces/${WORKSPACE.slug}/projects/`, { name: "Difference engine", identifier: "DIFF" });
});
afterAll(() => harness?.close());

describe("a project", () => {
  it("is made with letters from its name, and refused where they are taken", async () => {
    const { page } = ada;
    await page.goto(`${AT}/projects`);
    await page.getByRole("main").getByRole("button", { name: "Create project" }).click();
    const dialog = page.getByRole("dialog", { name: "Create project" });
    await dialog.getByLabel("Name").fill("Data Platform");
    expect(await dialog.getByLabel("Key").inputValue()).toBe("DP");
    await dialog.getByLabel("Key").fill("DIFF");
    await dialog.getByRole("button", { name: "Create project" }).click();
    await dialog.getByRole("alert").waitFor();
    await shoot(page, "project-taken");
    await dialog.getByLabel("Key").fill("DATA");
    await dialog.getByRole("button", { name: "Create project" }).click();
    await page.waitForURL(`**${AT}/p/DATA/items`);
    await page.getByRole("navigation", { name: "Workspace" }).getByRole("link", { name: "Data Platform" }).waitFor();
  });

  it("orders states by keys and by dragging, renames and deletes them", async () => {
    const { page } = ada;
    await page.goto(`${AT}/p/DATA/settings/states`);
    const started = page.getByRole("region", { name: "Started", exact: true });
    await started.getByRole("button", { name: "Add a state" }).click();
    for (const name of ["Review", "Test"]) {
      await started.getByLabel("Name of the new state").fill(name);
      await page.keyboard.press("Enter");
    }
    await started.getByLabel("Name of the new state").fill("review");
    await page.keyboard.press("Enter");
    await started.getByText("This name is taken.").waitFor();
    await page.keyboard.press("Escape");
    const names = () =>
      started.getByLabel("Name of the state").evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value));
    expect(await names()).toEqual(["In Progress", "Review", "Test"]);
    await started.getByRole("button", { name: "Move Test" }).focus();
    await page.keyboard.press("Alt+Shift+ArrowUp");
    await expect.poll(names).toEqual(["In Progress", "Test", "Review"]);
    await started
      .getByRole("button", { name: "Move Review" })
      .dragTo(started.getByRole("button", { name: "Move In Progress" }), {
        targetPosition: { x: 8, y: 2 },
      });
    await expect.poll(names).toEqual(["Review", "In Progress", "Test"]);
    await started.getByLabel("Name of the state").nth(2).fill("Trial");
    await page.keyboard.press("Enter");
    await started.getByRole("button", { name: "Colour of Trial" }).click();
    await page.getByRole("button", { name: "Purple" }).click();
    await shoot(page, "states-changed");
    await expect
      .poll(async () => {
        const { results } = await states();
        return results.filter(({ group }) => group === "started").map(({ name, color }) => `${name} ${color}`);
      })
      .toEqual(["Review #d9a514", expect.stringMatching(/^In Progress/), "Trial #8e5bd0"]);
    await started.getByRole("button", { name: "More about Trial" }).click();
    await page.getByRole("menuitem", { name: "Delete state" }).click();
    await expect.poll(names).toEqual(["Review", "In Progress"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(names).toEqual(["Review", "In Progress", "Trial"]);
  });

  it("gets labels, which can be renamed and deleted", async () => {
    const { page } = ada;
    await page.goto(`${AT}/p/DATA/settings/labels`);
    await page.getByRole("button", { name: "Create label" }).click();
    await page.getByLabel("Name of the new label").fill("bug");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByLabel("Name of the label").fill("defect");
    await page.keyboard.press("Enter");
    await page.reload();
    expect(await page.getByLabel("Name of the label").inputValue()).toBe("defect");
    await page.getByRole("button", { name: "Delete defect" }).click();
    await page.getByText("There are no labels yet.").waitFor();
  });

  it("switches features on and off", async () => {
    const { page } = ada;
    await page.goto(`${AT}/p/DATA/settings/general`);
    const cycles = page.getByRole("switch", { name: "Cycles" });
    const before = await cycles.getAttribute("aria-checked");
    await cycles.click();
    await page.reload();
    await expect.poll(() => cycles.getAttribute("aria-checked")).not.toBe(before);
  });

  it("is deleted only by its name", async () => {
    const { page } = ada;
    await page.goto(`${AT}/p/DATA/settings/general`);
    await page.getByRole("button", { name: "Delete project" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete Data Platform" });
    expect(await dialog.getByRole("button", { name: "Delete project" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Type DATA to delete it").fill("data");
    await dialog.getByRole("button", { name: "Delete project" }).click();
    await page.waitForURL(`**${AT}/projects`);
    await page.getByRole("main").getByText("Data Platform").waitFor({ state: "detached" });
  });
});

interface States {
  readonly results: readonly { readonly name: string; readonly group: string; readonly color: string }[];
}

async function states(): Promise<States> {
  const at = `/workspaces/${WORKSPACE.slug}/projects`;
  const { results } = await ada.call<{ results: readonly { id: string; identifier: string }[] }>("GET", `${at}/`);
  const project = results.find(({ identifier }) => identifier === "DATA");
  return ada.call("GET", `${at}/${project?.id}/states/`);
}
