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
const MAILS = "/users/me/mail-preferences/";
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
  ["notifications", "/settings/notifications"],
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

  it("says why an email cannot be changed where no mail is sent, and changes it by a code where it is", async () => {
    const { page } = ada;
    await page.goto("/settings/profile");
    await page.getByRole("button", { name: "Change or confirm" }).click();
    const dialog = page.getByRole("dialog", { name: "Change or confirm email" });
    expect(await dialog.getByLabel("Email").inputValue()).toBe(ADA.email);
    await dialog.getByLabel("Email").fill("ada@example.org");
    await dialog.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.keyboard.press("Enter");
    await dialog.getByText("This server sends no mail.").waitFor();
    await checkAxe(page, "another email");
    await shoot(page, "email-refused");
    const session = await ada.call<{ user: object }>("GET", "/auth/session/");
    const user = { ...session.user, email: "ada@example.org" };
    await page.route("**/api/v1/users/me/email/", (route) => route.fulfill({ status: 204 }));
    await page.route("**/api/v1/users/me/email/confirm/", (route) => {
      const { code } = route.request().postDataJSON() as { code: string };
      return code === "K7QM-D2PX"
        ? route.fulfill({ json: user })
        : route.fulfill({ status: 400, json: { code: ["No."] } });
    });
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Code").fill("k7qm-d2pq");
    await shoot(page, "email-code");
    await page.keyboard.press("Enter");
    await dialog.getByText("No.").waitFor();
    await dialog.getByLabel("Code").fill(" K7QM-D2PX ");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("main").getByText("ada@example.org").waitFor();
    await page.unroute("**/api/v1/users/me/email/**");
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

  it("says when mails are wanted and of what, by mouse and keys", async () => {
    const { page } = ada;
    const times = () => ada.call<{ digest_at: string | null; quiet_from: string | null }>("GET", MAILS);
    await page.goto("/settings/notifications");
    await page.getByRole("switch", { name: "One mail a day" }).click();
    await page.getByLabel("Sent at").fill("17:30");
    await page.keyboard.press("Enter");
    await expect.poll(times).toMatchObject({ digest_at: "17:30" });
    await page.getByRole("switch", { name: "Quiet hours" }).press("Space");
    await page.getByLabel("Until").fill("22:00");
    await page.keyboard.press("Enter");
    await page.getByText("another time").waitFor();
    await checkAxe(page, "mails, all on");
    await shoot(page, "notifications-refused");
    await page.getByLabel("Until").fill("06:15");
    await page.keyboard.press("Enter");
    await expect.poll(times).toMatchObject({ quiet_from: "22:00", quiet_to: "06:15" });
    await page.getByText("another time").waitFor({ state: "detached" });
    const comments = page.getByRole("switch", { name: "Comments" });
    await comments.click();
    const wanted = () => ada.call<{ email: object }>("GET", `/workspaces/${WORKSPACE.slug}/notification-preferences/`);
    await expect.poll(wanted).toMatchObject({ email: { comment: false, mention: true } });
    await page.reload();
    await comments.waitFor();
    expect(await comments.getAttribute("aria-checked")).toBe("false");
    await page.getByRole("switch", { name: "One mail a day" }).click();
    await page.getByRole("switch", { name: "Quiet hours" }).click();
    await comments.click();
    await expect.poll(times).toMatchObject({ digest_at: null, quiet_from: null });
    await expect.poll(wanted).toMatchObject({ email: { comment: true } });
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
    await page.getByText("You have no tokens yet.").waitFor();
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
    expect(link).toContain(`${harness.server.url}/invite#inv_`);
    await shoot(page, "invitation-made");
    const visitor = await harness.visitor();
    await visitor.goto(link);
    await visitor.getByRole("link", { name: "I have an account: sign in" }).click();
    await visitor.getByRole("heading", { name: "Sign in" }).waitFor();
    const token = new URL(link).hash.slice(1);
    expect(new URL(visitor.url()).search).not.toContain(token);
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

  it("lets who has no account make one with the link", async () => {
    const { page } = ada;
    await page.goto(`${AT}/settings/members`);
    await page.getByLabel("Email").fill("cleo@example.com");
    await page.keyboard.press("Enter");
    const link = await page.locator("code").innerText();
    const visitor = await harness.visitor();
    // As links were before, with the token in the path.
    await visitor.goto(link.replace("#", "/"));
    await visitor.getByRole("heading", { name: "Join with this invitation" }).waitFor();
    expect(visitor.url()).toBe(link);
    await settled(visitor);
    await checkAxe(visitor, "join");
    await shoot(visitor, "join");
    await visitor.getByLabel("First name").fill("Cleo");
    await visitor.getByLabel("Last name").fill("Clark");
    await visitor.getByLabel("Password", { exact: true }).fill("password1");
    await visitor.keyboard.press("Enter");
    await visitor.getByText("too easy to guess").waitFor();
    await visitor.getByLabel("Password", { exact: true }).fill("walnut harbour sideways eleven");
    await visitor.keyboard.press("Enter");
    await visitor.waitForURL(`**${AT}/**`);
    await visitor.getByRole("button", { name: "Workspace Engines & Sons" }).waitFor();
    await visitor.goto(`${AT}/people`);
    await visitor.getByRole("main").getByText("Cleo Clark").first().waitFor();
    const late = await harness.visitor();
    await late.goto(link);
    await late.getByLabel("First name").fill("Eve");
    await late.getByLabel("Password", { exact: true }).fill("walnut harbour sideways eleven");
    await late.keyboard.press("Enter");
    await late.getByText("This invitation is not valid.").waitFor();
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
