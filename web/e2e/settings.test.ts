import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ADA,
  checkAxe,
  type Harness,
  type Person,
  SIZES,
  settled,
  shoot,
  start,
  THEMES,
  WORKSPACE,
} from "./harness.ts";

const AT = `/${WORKSPACE.slug}`;
let harness: Harness;
let ada: Person;

beforeAll(async () => {
  harness = await start();
  ada = await harness.signedIn();
  await ada.call("POST", `/workspaces/${WORKSPACE.slug}/projects/`, { name: "Difference engine", identifier: "DIFF" });
});
afterAll(() => harness?.close());

const SCREENS = [
  ["profile", "/settings/profile"],
  ["appearance", "/settings/appearance"],
  ["security", "/settings/security"],
  ["tokens", "/settings/tokens"],
  ["workspace", `${AT}/settings/general`],
  ["members", `${AT}/settings/members`],
  ["project", `${AT}/p/DIFF/settings/general`],
  ["states", `${AT}/p/DIFF/settings/states`],
  ["labels", `${AT}/p/DIFF/settings/labels`],
  ["project-members", `${AT}/p/DIFF/settings/members`],
  ["people", `${AT}/people`],
  ["projects", `${AT}/projects`],
  ["create-workspace", "/create-workspace"],
  ["nowhere", `${AT}/p/DIFF/settings/nothing`],
] as const;

describe("every screen", () => {
  for (const theme of THEMES) {
    for (const [size, view] of Object.entries(SIZES)) {
      it(`passes axe in ${theme}, ${size}`, { timeout: 90_000 }, async () => {
        const { page, context } = await harness.signedIn({ theme, ...view });
        for (const [name, path] of SCREENS) {
          await page.goto(path);
          await page.locator("h1").first().waitFor();
          await settled(page);
          await page.waitForLoadState("networkidle");
          await checkAxe(page, `${name}, ${theme}, ${size}`);
          await shoot(page, `${name}-${size}-${theme}`);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(wider, `${name} at ${size} is wider than the window`).toBeLessThanOrEqual(0);
        }
        await context.close();
      });
    }
  }
});

describe("one's own account", () => {
  it("saves a name as one leaves the field, and shows it everywhere", async () => {
    const { page } = ada;
    await page.goto("/settings/profile");
    await page.getByLabel("Display name").fill("Countess Ada");
    await page.keyboard.press("Tab");
    await page.getByText("Saved").waitFor();
    await page.getByLabel("Display name").fill("");
    await page.keyboard.press("Enter");
    await page.getByText("Enter a name.").waitFor();
    await page.keyboard.press("Escape");
    await page.goto(`${AT}/people`);
    await page.getByRole("main").getByText("Countess Ada").waitFor();
    await page.getByRole("button", { name: "Account Countess Ada" }).waitFor();
  });

  it("takes a picture and lets go of it", async () => {
    const { page } = ada;
    await page.goto("/settings/profile");
    const png = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } });
    await page.getByLabel("Picture").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: png });
    await page.getByRole("button", { name: "Change picture" }).waitFor();
    const src = await page.getByRole("main").locator("img").getAttribute("src");
    expect((await page.request.get(src ?? "")).headers()["content-type"]).toMatch(/^image\//);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Add picture" }).waitFor();
  });

  it("refuses a wrong password at its field and changes it", async () => {
    const { page } = ada;
    await page.goto("/settings/security");
    await page.getByLabel("Password now", { exact: true }).fill("not it");
    await page.getByLabel("New password", { exact: true }).fill("brass valley quick lantern");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByLabel("Password now", { exact: true }).getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Password now", { exact: true }).fill(ADA.password);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed").waitFor();
    await ada.call("POST", "/users/me/password/", {
      old_password: "brass valley quick lantern",
      new_password: ADA.password,
    });
  });

  it("makes a token, shows it once and revokes it", async () => {
    const { page } = ada;
    await page.goto("/settings/tokens");
    await page.getByRole("button", { name: "Create token" }).click();
    await page.getByLabel("Name").fill("Nightly report");
    await page.getByLabel("May").selectOption("read");
    await page.keyboard.press("Enter");
    const text = await page.locator("code").innerText();
    expect(text).toMatch(/^ail_/);
    const asToken = (path: string, method = "GET") =>
      fetch(`${harness.server.url}/api/v1${path}`, { method, headers: { "X-Api-Key": text } });
    expect((await asToken("/users/me/")).status).toBe(200);
    expect((await asToken("/users/me/tokens/")).status).toBe(403);
    await shoot(page, "token-made");
    await page.reload();
    await page.getByRole("list", { name: "Tokens" }).getByText("Nightly report").waitFor();
    expect(await page.locator("code").count()).toBe(0);
    await page.getByRole("button", { name: "Revoke Nightly report" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke token" }).click();
    await page.getByText("There is no token.").waitFor();
    expect((await asToken("/users/me/")).status).toBe(403);
  });

  it("keeps theme and density over a reload, without a flash", async () => {
    const { page } = ada;
    await page.goto("/settings/appearance");
    await page.getByText("Dark", { exact: true }).click();
    await page.getByText("Comfortable").click();
    await page.reload();
    // Before any module ran: the attribute stands when the body is parsed.
    expect(await page.evaluate(() => ({ ...document.documentElement.dataset }))).toEqual({
      theme: "dark",
      density: "comfortable",
    });
    await page.getByText("System").click();
    await page.getByText("Compact").click();
  });
});

describe("the workspace", () => {
  it("is renamed, for others too", async () => {
    const other = await harness.signedIn();
    await other.page.goto(`${AT}/people`);
    const { page } = ada;
    await page.goto(`${AT}/settings/general`);
    await page.getByLabel("Name").fill("Engines & Sons");
    await page.keyboard.press("Enter");
    await page.getByText("Saved").waitFor();
    await other.page.getByRole("button", { name: "Workspace Engines & Sons" }).waitFor();
    await other.context.close();
  });

  it("invites by a link, which the invited one follows", async () => {
    const { page } = ada;
    await page.goto(`${AT}/settings/members`);
    await page.getByLabel("Email").fill("not an address");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Email").fill("bea@example.com");
    await page.keyboard.press("Enter");
    const link = await page.locator("code").innerText();
    expect(link).toContain(`${harness.server.url}/invite/inv_`);
    await shoot(page, "invitation-made");
    const visitor = await harness.visitor();
    await visitor.goto(link);
    await visitor.getByRole("heading", { name: "Sign in" }).waitFor();
    await visitor.getByLabel("Email").fill(ADA.email);
    await visitor.getByLabel("Password", { exact: true }).fill(ADA.password);
    await visitor.keyboard.press("Enter");
    await visitor.getByRole("button", { name: "Accept invitation" }).click();
    await visitor.getByText("This invitation is not valid.").waitFor();
    await checkAxe(visitor, "invitation");
    await shoot(visitor, "invitation-refused");
    await page.getByRole("button", { name: "Take back the invitation of bea@example.com" }).click();
    await page.locator("code").waitFor({ state: "detached" });
  });

  it("gets another workspace beside it, and one switches", async () => {
    const { page } = ada;
    await page.goto(`${AT}/people`);
    await page.getByRole("button", { name: /^Workspace/ }).click();
    await page.getByRole("menuitem", { name: "Create workspace" }).click();
    await page.getByLabel("Workspace name").fill("API");
    await page.keyboard.press("Enter");
    await page.getByText("reserved").waitFor();
    await page.getByLabel("Workspace name").fill("Second house");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/second-house/**");
    await page.getByRole("button", { name: "Workspace Second house" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Engines & Sons" }).click();
    await page.waitForURL(`**${AT}/**`);
    await page.getByRole("button", { name: "Workspace Engines & Sons" }).waitFor();
  });

  it("says that there is no access to another one, and leads back", async () => {
    const { page } = ada;
    await page.goto("/somebody-elses/people");
    await page.getByText("You have no access to").waitFor();
    await checkAxe(page, "no access");
    await page.getByRole("button", { name: "Go to your workspaces" }).click();
    await page.getByRole("button", { name: /^Workspace/ }).waitFor();
  });
});

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
