import { afterAll, beforeAll, expect, it } from "vitest";
import { type Harness, inBothThemes, type Person, SIZES, settled, shoot, start, WORKSPACE } from "./harness.ts";
import { type Smtp, startSmtp } from "./smtp.ts";

let smtp: Smtp;
let harness: Harness;
let ada: Person;

beforeAll(async () => {
  smtp = await startSmtp();
  harness = await start({ settings: smtp.settings });
  ada = await harness.signedIn();
});
afterAll(async () => {
  await harness?.close();
  await smtp?.stop();
});

it("shows by a mail whether mail works", { timeout: 30_000 }, async () => {
  const { page } = ada;
  await page.goto("/settings/profile");
  await page.getByRole("link", { name: "Server" }).click();
  await page.getByText("Comes from aileron@mail.test.").waitFor();
  await page.getByText("No job has failed.").waitFor();
  const before = await smtp.taken();
  await page.getByRole("button", { name: "Send me a test mail" }).click();
  await page.getByRole("status").getByText("250", { exact: false }).waitFor();
  expect(await smtp.taken()).toBe(before + 1);
});

it("lists what failed for good, and tries it once more", { timeout: 60_000 }, async () => {
  const { page } = ada;
  await ada.call("POST", `/workspaces/${WORKSPACE.slug}/invitations/`, { email: "nobody@new.example", role: 15 });
  const failed = () => ada.call<{ total_count: number }>("GET", "/instance/failed-jobs/");
  await expect.poll(failed, { timeout: 20_000 }).toMatchObject({ total_count: 1 });
  await page.goto("/settings/server");
  const jobs = page.getByRole("list", { name: "Failed jobs" });
  await jobs.getByText("there is nobody of that name").waitFor();
  for (const [size, view] of Object.entries(SIZES)) {
    const { page: own, context } = await harness.signedIn(view);
    await own.goto("/settings/server");
    await own.getByRole("button", { name: "Retry mail" }).waitFor();
    await settled(own);
    await inBothThemes(own, `server-${size}`, (picture) => shoot(own, picture));
    expect(await own.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await context.close();
  }
  // It fails once more: what is tried is tried for real.
  const at = await jobs.getByRole("time").first().getAttribute("datetime");
  await jobs.getByRole("button", { name: "Retry mail" }).click();
  await page.getByText("The job is tried once more").waitFor();
  await expect
    .poll(
      async () =>
        (await ada.call<{ results: { failed_at: string }[] }>("GET", "/instance/failed-jobs/")).results[0]?.failed_at ??
        at,
      { timeout: 20_000 },
    )
    .not.toBe(at);
  await page.reload();
  await jobs.getByRole("button", { name: "Discard mail" }).click();
  await page.getByText("No job has failed.").waitFor();
  expect(await failed()).toMatchObject({ total_count: 0 });
});
