/** Webhooks of a workspace: made, told, looked at and sent again. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOUNS } from "../src/features/webhooks/events.ts";
import { type Harness, inBothThemes, type Person, settled, shoot, start, WORKSPACE } from "./harness.ts";
import { AT, HOOKS, hooksOf, list, rows } from "./hooks.ts";
import { isSignedBy, RECEIVER_HOST, type Receiver, standard, standardSignatures, startReceiver } from "./receiver.ts";

let harness: Harness;
let receiver: Receiver;
let ada: Person;
let items: string;

beforeAll(async () => {
  harness = await start({ settings: { AILERON_OUTGOING_ALLOW: `${RECEIVER_HOST}/32` } });
  receiver = await startReceiver();
  ada = await harness.signedIn();
  const projects = `/workspaces/${WORKSPACE.slug}/projects/`;
  const project = await ada.call<{ id: string }>("POST", projects, { name: "Difference engine", identifier: "DIFF" });
  items = `${projects}${project.id}/work-items/`;
});
afterAll(async () => {
  await harness?.close();
  await receiver?.close();
});

const hooks = () => hooksOf(ada.call);
const deliveriesOf = (hook: string) => `${HOOKS}${hook}/deliveries/`;
const createItem = (name: string) => ada.call<{ id: string }>("POST", items, { name });
const shownSecret = async (page: Page) => (await page.getByText(/^plane_wh_\w+$/).textContent()) ?? "";

describe("webhooks", { timeout: 90_000 }, () => {
  it("begin with one that is made, whose secret is shown once and signs what it is told", async () => {
    const { page } = ada;
    await page.goto(AT);
    await page.getByText("There are none yet.").waitFor();
    await inBothThemes(page, "webhooks-empty", (picture) => shoot(page, picture));
    await page.keyboard.press("n");
    const form = page.getByRole("form", { name: "New webhook" });
    await form.getByLabel("Address").fill("http://10.1.2.3/hook");
    await page.keyboard.press("Control+Enter");
    await form.getByRole("alert").getByText("Invalid or disallowed webhook URL.").waitFor();
    await expect
      .poll(() => form.getByLabel("Address").evaluate((field) => field === document.activeElement))
      .toBe(true);

    await form.getByLabel("Address").fill(`${receiver.url}/first`);
    await form.getByRole("button", { name: "Add event" }).click();
    await page.getByRole("combobox", { name: "Find an event" }).fill("cycle.archived");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Find an event" }).fill("cycle.eaten");
    await page.getByRole("option", { name: "Use the pattern cycle.eaten" }).click();
    await page.keyboard.press("Escape");
    await form.getByRole("button", { name: "Create webhook" }).click();
    await form.getByText('"eaten" is nothing that happens to "cycle".').waitFor();
    await inBothThemes(page, "webhooks-refused", (picture) => shoot(page, picture));
    await form.getByRole("button", { name: "Remove cycle.eaten" }).click();
    await form.getByRole("button", { name: "Create webhook" }).click();

    await page.getByText("Copy the secret now. It is not shown again.").waitFor();
    const secret = await shownSecret(page);
    expect((await hooks())[0]).toMatchObject({ issue: true, cycle: false, events: ["cycle.archived"] });
    await page.getByRole("button", { name: "Copy Secret" }).click();
    await page.getByText("Secret copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await inBothThemes(page, "webhooks-secret", (picture) => shoot(page, picture));

    await createItem("It leaks");
    const told = await receiver.next("/first", ({ headers }) => headers["x-plane-event"] === "issue");
    expect(JSON.parse(told.body)).toMatchObject({ action: "created", data: { name: "It leaks" } });
    expect(isSignedBy(secret, told)).toBe(true);
    expect(isSignedBy(`${secret}x`, told)).toBe(false);
    await page.getByRole("button", { name: "Refresh deliveries" }).click();
    const row = rows(page).first();
    await row.getByText("Work item created").waitFor();
    await row.getByText(/^Delivered · Answered 200 in [\d.]+ m?s$/).waitFor();
    await row.getByRole("button", { name: /^Work item created/ }).click();
    await row.getByText("Answered 200", { exact: true }).waitFor();
    await row.getByRole("region", { name: "Answer" }).getByText("Thanks").waitFor();
    await row.getByRole("region", { name: "Body sent" }).getByText('"name": "It leaks"').waitFor();
    await row.getByText("x-plane-event").waitFor();
    await settled(page);
    await inBothThemes(page, "webhooks-delivery", (picture) => shoot(page, picture));
    await page.reload();
    await row.getByText("Answered 200", { exact: true }).waitFor();
    expect(await page.getByText(/^plane_wh_/).count()).toBe(0);
    const stored = await page.evaluate(async () => {
      const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href];
      for (const { name = "" } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        for (const store of db.objectStoreNames) {
          const request = db.transaction(store).objectStore(store).getAll();
          await new Promise((resolve) => request.addEventListener("success", resolve));
          all.push(JSON.stringify(request.result));
        }
        db.close();
      }
      return all.join();
    });
    expect(stored).toContain("It leaks");
    expect(stored).not.toContain(secret);
  });

  it("say why something did not arrive, and send it again when it can", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page)
      .getByRole("button", { name: `${receiver.url}/first`, exact: true })
      .click();
    const first = (await hooks())[0]?.id ?? "";
    receiver.answer = { status: 503, body: "<img src=x onerror=\"document.title='owned'\"><b>Out of order</b>" };
    await page.keyboard.press("t");
    const row = rows(page).first();
    await row.getByText("Failed after 1 try").waitFor();
    await row.getByText("Answered 503", { exact: true }).waitFor();
    await row.getByText("<img src=x onerror=\"document.title='owned'\"><b>Out of order</b>").waitFor();
    expect(await row.locator("img, b").count()).toBe(0);
    await row.getByText("x-receiver").waitFor();
    await settled(page);
    await inBothThemes(page, "webhooks-failed", (picture) => shoot(page, picture));
    const failed = receiver.received.filter(({ headers }) => headers["x-plane-event"] === "ping");
    receiver.answer = { status: 200, body: "Thanks" };
    await page.keyboard.press("r");
    await page.getByText("It is sent again").waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await row.getByText("Delivered · sent again").waitFor();
    const again = receiver.received.filter(({ headers }) => headers["x-plane-event"] === "ping").slice(failed.length);
    expect(again.map(({ headers, body }) => [headers["webhook-id"], body])).toEqual(
      failed.map(({ headers, body }) => [headers["webhook-id"], body]),
    );
    await row.getByRole("button", { name: "Show the first" }).click();
    await rows(page).nth(1).getByText("Answered 503", { exact: true }).waitFor();
    await page.getByText("Failed", { exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    // One that is not on the page of the log is opened above it, and has the same keys.
    await page.getByText("1 failed in the last 30 days.").waitFor();
    const { results } = await ada.call<{ results: readonly { id: string }[] }>("GET", deliveriesOf(first));
    const [newest] = results;
    await page.goto(`${AT}?hook=${first}&status=failed&delivery=${newest?.id}`);
    await page.getByRole("list", { name: "Open delivery" }).getByText("Answered 200", { exact: true }).waitFor();
    await page.keyboard.press("r");
    await page.getByText("It is sent again").waitFor();
    const more = () => ada.call<{ total_results: number }>("GET", deliveriesOf(first));
    expect((await more()).total_results).toBe(results.length + 1);
  });

  it("are refused a second time at the same address, which leads to the first", async () => {
    const { page } = ada;
    await page.goto(`${AT}?edit=new`);
    const form = page.getByRole("form", { name: "New webhook" });
    await form.getByLabel("Address").fill(`${receiver.url}/first`);
    await form.getByRole("button", { name: "Create webhook" }).click();
    await form.getByText("Another webhook of this workspace has this address.").waitFor();
    // What was typed is there again for who comes back, and thrown away by "Cancel".
    await page.getByRole("button", { name: "All webhooks" }).click();
    await page.keyboard.press("n");
    expect(await form.getByLabel("Address").inputValue()).toBe(`${receiver.url}/first`);
    await form.getByText("This has what you typed here before").waitFor();
    await form.getByRole("button", { name: "Create webhook" }).click();
    await form.getByRole("button", { name: "Show it" }).click();
    await page.getByRole("heading", { name: `${receiver.url}/first` }).waitFor();
    await page.goBack();
    await form.getByRole("button", { name: "Cancel" }).click();
    await page.keyboard.press("n");
    expect(await form.getByLabel("Address").inputValue()).toBe("");
    expect(await hooks()).toHaveLength(1);
  });

  it("get another secret, beside which the one before is good for a while", async () => {
    const { page } = ada;
    const [hook] = await hooks();
    await page.goto(`${AT}?hook=${hook?.id}`);
    const rotate = async (hours: string) => {
      await page.getByRole("button", { name: "More about" }).click();
      await page.getByRole("menuitem", { name: "New secret…" }).click();
      const dialog = page.getByRole("dialog", { name: "New secret" });
      await dialog.getByLabel("Hours").fill(hours);
      await dialog.getByLabel("Hours").press("Enter");
      return dialog;
    };
    const dialog = await rotate("200");
    await dialog.getByRole("alert").waitFor();
    await inBothThemes(page, "webhooks-rotate", (picture) => shoot(page, picture));
    // An empty field is not 0.
    await dialog.getByLabel("Hours").fill("");
    await dialog.getByLabel("Hours").press("Enter");
    await dialog.getByText("Type how many hours these are").waitFor();
    await dialog.getByLabel("Hours").fill("0");
    await dialog.getByRole("button", { name: "Make new secret" }).click();
    await dialog.waitFor({ state: "detached" });
    const second = await shownSecret(page);
    await rotate("24");
    await page.getByText("The secret before it is good too until").waitFor();
    const third = await shownSecret(page);
    expect(third).not.toBe(second);
    await createItem("It squeaks");
    const told = await receiver.next("/first", ({ body }) => body.includes("It squeaks"));
    expect(isSignedBy(third, told)).toBe(true);
    const both = [third, second].map((secret) => standard(secret, told.headers, told.body));
    expect(standardSignatures(told.headers)).toEqual(both);
    await page.reload();
    await page.getByText("The secret before this one is good until").waitFor();
    expect(await page.getByText(/^plane_wh_/).count()).toBe(0);
  });

  it("do not lose a new secret for who does not wait for it", async () => {
    const { page } = ada;
    const [hook] = await hooks();
    let answer = () => {};
    await page.route("**/rotate-secret/", async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    const rotate = async () => {
      await page.goto(`${AT}?hook=${hook?.id}`);
      await page.getByRole("button", { name: "More about" }).click();
      await page.getByRole("menuitem", { name: "New secret…" }).click();
      const asked = page.waitForRequest("**/rotate-secret/");
      await page.getByRole("button", { name: "Make new secret" }).click();
      await asked;
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "New secret" }).waitFor({ state: "detached" });
    };
    await rotate();
    answer();
    await page.getByText("There is a new secret").waitFor();
    expect(await shownSecret(page)).toMatch(/^plane_wh_/);
    await rotate();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.waitForURL((url) => !url.pathname.startsWith(AT));
    const at = page.url();
    answer();
    await page.getByText(/^The new secret of .* was not shown$/).waitFor();
    expect(page.url()).toBe(at);
    await page.unroute("**/rotate-secret/");
  });

  it("are changed in what was changed, switched off and on, and then sent what waited", async () => {
    const { page } = ada;
    await page.goto(AT);
    await list(page).getByRole("button", { name: "More about" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const form = page.getByRole("form", { name: "Edit webhook" });
    await form.getByText("One per change").click();
    await form.getByText("One delivery for each change").waitFor();
    await form.getByLabel("Cycles").check();
    const [hook] = await hooks();
    await ada.call("PATCH", `${HOOKS}${hook?.id}/`, { module: true });
    await form.getByRole("button", { name: "Save webhook" }).click();
    await page
      .getByText("Told of work items, comments, cycles, modules and cycle archived, once per change.")
      .waitFor();
    expect((await hooks())[0]).toMatchObject({ delivery_mode: "change", cycle: true, module: true });

    // One that failed waits, the webhook is switched off, and it is sent when that is on again.
    receiver.answer = { status: 500, body: "" };
    await createItem("It waits");
    await receiver.next("/first", ({ body }) => body.includes("It waits"));
    await page.getByRole("button", { name: "Refresh deliveries" }).click();
    await page.getByText(/^Failing since today, /).waitFor();
    const row = rows(page).first();
    await row.getByText(/^1 try failed, /).waitFor();
    await row.getByRole("button", { name: /^Work item created/ }).click();
    await row.getByText("The answer had no body.").waitFor();
    await settled(page);
    await inBothThemes(page, "webhooks-failing", (picture) => shoot(page, picture));
    const toggle = page.getByRole("switch", { name: "Webhook " });
    await toggle.click();
    await row.getByText(/^Waits until the webhook is switched on · /).waitFor();
    expect((await hooks())[0]?.is_active).toBe(false);
    receiver.answer = { status: 200, body: "Thanks" };
    await toggle.click();
    // Nothing is pressed: the log looks by itself while something waits.
    await row.getByText("Delivered at try 2").waitFor();
    expect(await page.getByText("Failing since").count()).toBe(0);
  });

  it("keep what is typed while a save is on its way", async () => {
    const { page } = ada;
    await page.goto(`${AT}?edit=new`);
    const address = page.getByLabel("Address");
    await address.fill(`${receiver.url}/second`);
    const gate = new EventTarget();
    const opened = new Promise<unknown>((resolve) => gate.addEventListener("open", resolve));
    const isHooks = (url: URL) => url.pathname.endsWith("/webhooks/");
    await page.route(isHooks, (route) => opened.then(() => route.continue()), { times: 1 });
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await address.press("Enter");
    await sent;
    await address.fill(`${receiver.url}/second/further`);
    gate.dispatchEvent(new Event("open"));
    await page.getByText("What you typed since is not saved yet.").waitFor();
    await page.getByRole("form", { name: "Edit webhook" }).waitFor();
    expect(await address.inputValue()).toBe(`${receiver.url}/second/further`);
    expect((await hooks())[0]?.url).toBe(`${receiver.url}/second`);
    await page.getByRole("button", { name: "Save webhook" }).click();
    await page.getByText("Copy the secret now. It is not shown again.").waitFor();
    expect((await hooks())[0]?.url).toBe(`${receiver.url}/second/further`);
    await page.keyboard.press("#");
    await page.getByRole("dialog").getByRole("button", { name: "Delete webhook" }).click();
    await page.getByText("Webhook deleted").waitFor();
    await list(page).waitFor();
    expect(await hooks()).toHaveLength(1);
  });

  it("are sent what failed in a time again, which is counted before", async () => {
    const { page } = ada;
    const [hook] = await hooks();
    const pings = () => receiver.received.filter(({ headers }) => headers["x-plane-event"] === "ping").length;
    await page.goto(`${AT}?hook=${hook?.id}`);
    await page.getByRole("button", { name: "More about" }).click();
    await page.getByRole("menuitem", { name: "Send deliveries again…" }).click();
    const dialog = page.getByRole("dialog", { name: "Send deliveries again" });
    await dialog.getByText(/^1 failed delivery is sent once more, /).waitFor();
    await inBothThemes(page, "webhooks-again", (picture) => shoot(page, picture));
    await dialog.getByLabel("To", { exact: true }).fill("2020-01-01T00:00");
    await dialog.getByText("Choose a time that ends after it begins.").waitFor();
    expect(await dialog.getByRole("button", { name: "Send again" }).isDisabled()).toBe(true);
    await dialog.getByLabel("From", { exact: true }).fill("2019-01-01T00:00");
    await dialog.getByText("There are no failed deliveries in this range.").waitFor();
    await dialog.getByLabel("To", { exact: true }).fill("");
    await dialog.getByLabel("What was delivered too").check();
    await dialog.getByText(/^\d+ deliveries are sent once more, /).waitFor();
    await dialog.getByLabel("What was delivered too").uncheck();
    await dialog.getByText(/^1 failed delivery is sent once more, /).waitFor();
    const before = pings();
    await dialog.getByRole("button", { name: "Send again" }).click();
    await page.getByText("1 delivery is sent again").waitFor();
    await rows(page).first().getByText("Delivered · sent again").waitFor();
    expect(pings()).toBe(before + 1);
  });

  it("can be told of all that the app offers", async () => {
    const { page } = ada;
    await page.goto(`${AT}?edit=new`);
    await page.getByRole("button", { name: "Add event" }).click();
    const options = page.getByRole("listbox", { name: "Find an event" }).getByRole("option");
    await page.getByText("more: type to narrow").waitFor();
    await inBothThemes(page, "webhooks-events", (picture) => shoot(page, picture));
    expect(await options.count()).toBe(100);
    // The server knows each of them: a wrong one would be refused.
    const known = Object.entries(NOUNS).flatMap(([noun, [, verbs]]) => verbs.map((verb) => `${noun}.${verb}`));
    const [hook] = await hooks();
    for (const events of [known.slice(0, 100), known.slice(100), hook?.events]) {
      await ada.call("PATCH", `${HOOKS}${hook?.id}/`, { events });
    }
    expect(known.length).toBeGreaterThan(100);
    expect(known.length).toBeLessThanOrEqual(200);
  });
});
