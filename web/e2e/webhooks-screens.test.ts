/** The screens of webhooks: who sees them, how they hold with many, on phones, without the server. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, inBothThemes, type Person, SIZES, settled, shoot, start } from "./harness.ts";
import { AT, HOOKS, type Hook, hooksOf, list, rows, thousands } from "./hooks.ts";
import { addPerson } from "./people.ts";
import { RECEIVER_HOST, type Receiver, startReceiver } from "./receiver.ts";

const BOB = { email: "bob@example.com", password: "seven lamps on a green hill", first_name: "Bob" };

let harness: Harness;
let receiver: Receiver;
let ada: Person;

beforeAll(async () => {
  harness = await start({ allow: `${RECEIVER_HOST}/32` });
  receiver = await startReceiver();
  addPerson(harness.server.data, BOB);
  ada = await harness.signedIn();
  // The one that is told something.
  const first = await ada.call<Hook>("POST", HOOKS, {
    url: `${receiver.url}/first`,
    issue: true,
    delivery_mode: "change",
  });
  await ada.call("POST", `${HOOKS}${first.id}/ping/`);
  await receiver.next("/first");
});
afterAll(async () => {
  await harness?.close();
  await receiver?.close();
});

const hooks = () => hooksOf(ada.call);

describe("the screens of webhooks", { timeout: 90_000 }, () => {
  it("are not for members: no entry, and at their address one is told so", async () => {
    const bob = await harness.signedIn(BOB);
    await bob.page.goto(AT);
    await bob.page.getByText("Webhooks are for admins of the workspace.").waitFor();
    await bob.page.getByRole("link", { name: "Members" }).waitFor();
    expect(await bob.page.getByRole("link", { name: "Webhooks" }).count()).toBe(0);
    await inBothThemes(bob.page, "webhooks-forbidden", (picture) => shoot(bob.page, picture));
    const offered = async (page: Page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search commands and items" }).fill("settings");
      await page.getByRole("option", { name: /^Workspace settings/ }).waitFor();
      return page.getByRole("option", { name: /^Webhooks/ }).count();
    };
    expect(await offered(bob.page)).toBe(0);
    await ada.page.goto(AT);
    await list(ada.page).waitFor();
    expect(await offered(ada.page)).toBe(1);
    await bob.page.goto("/settings/profile");
    await bob.page.getByRole("link", { name: "Members" }).waitFor();
    expect(await bob.page.getByRole("link", { name: "Webhooks" }).count()).toBe(0);
    await bob.context.close();
    await ada.page.goto("/settings/profile");
    await ada.page.getByRole("link", { name: "Webhooks" }).click();
    await list(ada.page).waitFor();
  });

  it("are made by the hundred, and no more", async () => {
    const { page } = ada;
    for (let count = (await hooks()).length; count < 100; count++) {
      await ada.call("POST", HOOKS, {
        url: `https://hooks.example.com/${count}/${"donaudampfschifffahrt".repeat((count % 5) + 1)}`,
        issue: count % 2 === 0,
        cycle: true,
        is_active: count % 7 !== 0,
        events: count % 3 === 0 ? ["work_item.moved", "page.created", "*.deleted"] : [],
      });
    }
    await page.goto(`${AT}?edit=new`);
    const form = page.getByRole("form", { name: "New webhook" });
    await form.getByLabel("Address").fill("https://hooks.example.com/one-too-many");
    await form.getByLabel("Address").press("Enter");
    await form.getByText("A workspace has at most 100 webhooks.").waitFor();
    await form.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => list(page).getByRole("listitem").count()).toBe(100);
  });

  it.each(Object.entries(SIZES))(
    "fit %s, hold with thousands of deliveries, and say when the server fails",
    { timeout: 120_000 },
    async (size, view) => {
      const { page, context } = await harness.signedIn(view);
      const fits = async (what: string) => {
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wider, `${what} is wider than the window`).toBeLessThanOrEqual(0);
      };
      const first = (await hooks()).at(-1);
      // One that was given up, and one that fails: that takes the server days.
      await page.route(
        (url) => url.pathname.endsWith("/webhooks/"),
        async (route) => {
          const response = await route.fetch();
          const body = (await response.json()) as { results: Hook[] };
          const given_up = {
            is_active: false,
            disabled_at: "2026-01-02T10:00:00Z",
            failing_since: "2025-12-28T10:00:00Z",
          };
          const failing = { is_active: true, failing_since: new Date(Date.now() - 3 * 3_600_000).toISOString() };
          const results = body.results.map((hook, at) => ({ ...hook, ...[given_up, failing][at] }));
          await route.fulfill({ response, json: { ...body, results } });
        },
      );
      await page.goto(AT);
      await list(page).getByText("Given up").waitFor();
      await list(page)
        .getByText(/^Failing since (today|yesterday), /)
        .waitFor();
      await inBothThemes(page, `webhooks-full-${size}`, (picture) => shoot(page, picture));
      await fits("the list");
      const changed = page.waitForRequest((request) => request.method() === "PATCH");
      await list(page).getByRole("button", { name: "Switch on again" }).click();
      expect((await changed).postDataJSON()).toEqual({ is_active: true });
      await list(page).getByText("Given up").waitFor({ state: "detached" });

      await page.goto(`${AT}?hook=${first?.id}`);
      await rows(page).first().getByRole("button").first().click();
      await rows(page).first().getByText("Answered 200").waitFor();
      await settled(page);
      await inBothThemes(page, `webhooks-open-${size}`, (picture) => shoot(page, picture));
      await fits("a delivery");

      await page.route(
        (url) => url.pathname.endsWith("/deliveries/"),
        (route) => route.fulfill({ json: thousands(new URL(route.request().url()).searchParams, first?.id ?? "") }),
      );
      await page.goto(`${AT}?hook=${first?.id}`);
      await page.getByText("2,345 in the last 30 days.").waitFor();
      await page.getByText("1–50 of 2,345").waitFor();
      expect(await rows(page).count()).toBe(50);
      await inBothThemes(page, `webhooks-log-${size}`, (picture) => shoot(page, picture));
      await fits("the log");
      await page.getByRole("button", { name: "Older" }).click();
      await page.getByText("51–100 of 2,345").waitFor();
      await page.goto(`${AT}?hook=${first?.id}&page=47`);
      await page.getByText("2,301–2,345 of 2,345").waitFor();
      expect(await page.getByRole("button", { name: "Older" }).isDisabled()).toBe(true);
      await page.unroute((url) => url.pathname.endsWith("/deliveries/"));

      await page.goto(`${AT}?edit=${first?.id}`);
      await page.getByRole("form", { name: "Edit webhook" }).waitFor();
      await inBothThemes(page, `webhooks-edit-${size}`, (picture) => shoot(page, picture));
      await fits("the editor");
      await page.route("**/webhooks/**", (route) => route.fulfill({ status: 500, json: { error: "It broke." } }));
      await page.getByLabel("Address").fill("https://hooks.example.com/anything");
      await page.getByRole("button", { name: "Save webhook" }).click();
      await page.getByText("It broke.").waitFor();
      expect(await page.getByLabel("Address").inputValue()).toBe("https://hooks.example.com/anything");
      await page.goto(AT);
      await page.getByRole("button", { name: "Try again" }).waitFor();
      await inBothThemes(page, `webhooks-broken-${size}`, (picture) => shoot(page, picture));
      await page.unroute("**/webhooks/**");
      await page.getByRole("button", { name: "Try again" }).click();
      await list(page).waitFor();
      await context.close();
    },
  );

  it("say that they need the server, and are deleted by name", async () => {
    const { page, context } = ada;
    const all = await hooks();
    const last = all[0];
    await page.goto(AT);
    await list(page).waitFor();
    await context.setOffline(true);
    await page.getByText("Webhooks are changed on the server").waitFor();
    const toggle = list(page).getByRole("switch", { name: `Webhook ${last?.url}`, exact: true });
    const was = await toggle.getAttribute("aria-checked");
    await toggle.click();
    await page.getByText(/^The webhook was not switched /).waitFor();
    expect(await toggle.getAttribute("aria-checked")).toBe(was);
    await shoot(page, "webhooks-offline");
    await context.setOffline(false);
    await list(page)
      .getByRole("button", { name: last?.url ?? "", exact: true })
      .focus();
    await page.keyboard.press("#");
    await page.getByRole("dialog").getByText(`“${last?.url}”`).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete webhook" }).click();
    await page.getByText("Webhook deleted").waitFor();
    expect((await hooks()).map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
    await page.goto(`${AT}?hook=${last?.id}`);
    await page.getByText("This webhook is not there.").waitFor();
  });
});
