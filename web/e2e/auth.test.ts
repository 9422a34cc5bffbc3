import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADA, checkAxe, type Harness, SIZES, settled, shoot, start, THEMES, WORKSPACE } from "./harness.ts";

describe("the first start", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await start({ setUp: false });
  });
  afterAll(() => harness?.close());

  it("looks right in both themes and on a phone", async () => {
    for (const theme of THEMES) {
      for (const [size, view] of Object.entries(SIZES)) {
        const page = await harness.visitor({ theme, ...view });
        await page.goto("/");
        await page.getByRole("heading", { name: "Set up Aileron" }).waitFor();
        await settled(page);
        await checkAxe(page, `set-up, ${theme}, ${size}`);
        await shoot(page, `setup-${size}-${theme}`);
        await page.context().close();
      }
    }
  });

  it("says what is wrong at its field, and sets up", async () => {
    const page = await harness.visitor();
    await page.goto("/anywhere/people");
    await page.waitForURL("**/setup");
    await page.getByLabel("Code").fill("WRONG-WRONG-WRONG-WRONG");
    await page.getByLabel("First name").fill(ADA.first_name);
    await page.getByLabel("Last name").fill(ADA.last_name);
    await page.getByLabel("Email").fill(ADA.email);
    await page.getByLabel("Password", { exact: true }).fill("password1");
    await page.getByLabel("Workspace name").fill("Äther & Söhne");
    expect(await page.getByLabel("Address").inputValue()).toBe("ather-sohne");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("This is not the code").waitFor();
    expect(await page.getByLabel("Code").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Code").fill(` ${harness.server.code.toLowerCase()} `);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("too easy to guess").waitFor();
    await shoot(page, "setup-wrong");
    await page.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.getByLabel("Workspace name").fill(WORKSPACE.name);
    await page.getByLabel("Address").fill(WORKSPACE.slug);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.waitForURL(`**/${WORKSPACE.slug}/**`);
    await page.getByRole("button", { name: `Workspace ${WORKSPACE.name}` }).waitFor();
  });

  it("is over once it was done", async () => {
    const page = await harness.visitor();
    await page.goto("/setup");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("signing in and out", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await start();
  });
  afterAll(() => harness?.close());

  it("leads to where one wanted to go", async () => {
    const page = await harness.visitor();
    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.getByLabel("Email").fill(ADA.email);
    await page.getByLabel("Password", { exact: true }).fill("not it");
    await page.keyboard.press("Enter");
    await page.getByText("is not right").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/${WORKSPACE.slug}/people`);
    await page.getByRole("main").getByText("Ada Lovelace").first().waitFor();
  });

  it("never leads to another site", async () => {
    const page = await harness.visitor();
    await page.goto("/login?next=//evil.example/steal");
    await page.getByLabel("Email").fill(ADA.email);
    await page.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/${WORKSPACE.slug}/**`);
    expect(new URL(page.url()).origin).toBe(harness.server.url);
  });

  it("looks right", async () => {
    for (const theme of THEMES) {
      const page = await harness.visitor({ theme });
      await page.goto("/login");
      await page.getByLabel("Email").waitFor();
      await settled(page);
      await checkAxe(page, `sign-in, ${theme}`);
      await shoot(page, `login-${theme}`);
      await page.context().close();
    }
  });

  it("says why a forgotten password cannot be mailed, and that a link is not valid", async () => {
    const page = await harness.visitor();
    await page.goto("/login");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByLabel("Email").fill(ADA.email);
    await page.keyboard.press("Enter");
    await page.getByText("This server sends no mail.").waitFor();
    await checkAxe(page, "forgotten password");
    for (const path of ["/reset", "/invite"]) {
      await page.goto(path);
      await page.getByRole("heading", { name: "This link is not complete" }).waitFor();
      await checkAxe(page, `${path} without a token`);
    }
    await page.goto("/reset#rst_nonsense");
    await page.getByLabel("Password", { exact: true }).fill("seven copper lanterns drifting");
    await page.keyboard.press("Enter");
    await page.getByText("This link is not valid any more.").waitFor();
    await checkAxe(page, "another password");
    await page.getByRole("link", { name: "Send another link" }).click();
    await page.getByRole("heading", { name: "Forgot your password?" }).waitFor();
  });

  it("leaves nothing behind at sign-out", async () => {
    const { page } = await harness.signedIn();
    await page.goto("/");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.evaluate(rowsOnDisk)).toEqual([]);
    expect(await page.evaluate(() => localStorage.getItem("aileron.preferences"))).not.toContain(ADA.email);
    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.waitForURL("**/login?**");
  });

  it("asks for the password again when the session was ended elsewhere, and goes on", async () => {
    const { page } = await harness.signedIn();
    const other = await harness.signedIn();
    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.getByRole("main").getByText("Ada Lovelace").first().waitFor();
    await other.call("POST", "/users/me/sessions/revoke-others/");
    await page.goto(`/${WORKSPACE.slug}/settings/members`);
    const dialog = page.getByRole("dialog", { name: "You have been signed out" });
    await dialog.waitFor();
    await checkAxe(page, "signed out elsewhere");
    await shoot(page, "signed-out");
    await dialog.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("list", { name: "Members" }).getByText("Ada Lovelace").waitFor();
  });
});

/** What lies in this browser's databases, as `database/store: rows`; runs in the page. */
async function rowsOnDisk(): Promise<string[]> {
  const found: string[] = [];
  for (const { name = "" } of await indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise<number>((resolve, reject) => {
        const request = db.transaction(store).objectStore(store).count();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      if (rows > 0) found.push(`${name}/${store}: ${rows}`);
    }
    db.close();
  }
  return found;
}
