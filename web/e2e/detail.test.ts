import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import recorded from "../src/editor/corpus.recorded.json" with { type: "json" };
import {
  type Call,
  checkAxe,
  type Harness,
  inBothThemes,
  type Person,
  SIZES,
  settled,
  shoot,
  start,
  WORKSPACE,
} from "./harness.ts";

const BEN = { email: "ben@example.com", password: "violet hammer crossing four" };
const W = `/workspaces/${WORKSPACE.slug}`;

let harness: Harness;
let ada: Person;
let ben: Person;
let project: { id: string };

beforeAll(async () => {
  harness = await start();
  addBen(harness.server.data);
  ada = await harness.signedIn();
  ben = await harness.signedIn(BEN);
  project = await ada.call("POST", `${W}/projects/`, { name: "Lift", identifier: "LIFT" });
  const people = await ada.call<{ id: string; display_name: string }[]>("GET", `${W}/members/`);
  const id = people.find((person) => person.display_name === "ben")?.id;
  await ada.call("POST", `${W}/projects/${project.id}/project-members/`, { member: id, role: 15 });
});
afterAll(() => harness?.close());
// What one test took away from a page is there again for the next.
afterEach(() => Promise.all([ada.page.unrouteAll(), ben.page.unrouteAll()]));

/** A second person, made as an operator would. */
function addBen(data: string): void {
  const binary = process.env.AILERON_BIN ?? join(import.meta.dirname, "../../target/debug/aileron");
  const run = (args: string[], input?: string) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AILERON_")));
    const { status, stderr } = spawnSync(binary, ["--data", data, "admin", ...args], { input, env, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  run(["user", "create", "--email", BEN.email, "--first-name", "Ben", "--password-stdin"], `${BEN.password}\n`);
  run(["workspace", "add-member", "--slug", WORKSPACE.slug, "--email", BEN.email, "--role", "member"]);
}

interface Item {
  readonly id: string;
  readonly key: string;
  readonly api: string;
}

let count = 0;

async function newItem(fields: Record<string, unknown> = {}): Promise<Item> {
  count += 1;
  const body = { name: `Item number ${count}`, ...fields };
  const made = await ada.call<{ id: string; sequence_id: number }>(
    "POST",
    `${W}/projects/${project.id}/work-items/`,
    body,
  );
  return { id: made.id, key: `LIFT-${made.sequence_id}`, api: `${W}/projects/${project.id}/work-items/${made.id}/` };
}

async function open(page: Page, item: Item, name?: string): Promise<void> {
  await page.goto(`/${WORKSPACE.slug}/item/${item.key}`);
  await page.getByLabel("Title", { exact: true }).waitFor();
  if (name) await page.getByText(name, { exact: true }).first().waitFor();
}

const textOf = async (call: Call, item: Item) =>
  (await call<{ description_html: string }>("GET", item.api)).description_html;

/** The editor of this name, once it has the keys. */
async function editing(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name }).and(page.locator("[contenteditable=true]:focus")).waitFor();
}

/** Watches what a page writes. */
function writes(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => {
    if (!["GET", "HEAD", "OPTIONS"].includes(request.method()) && request.url().includes("/work-items/")) {
      seen.push(`${request.method()} ${request.url()}`);
    }
  });
  return seen;
}

async function eventually(check: () => Promise<void>): Promise<void> {
  await expect
    .poll(
      () =>
        check().then(
          () => "ok",
          (error: Error) => error.message,
        ),
      { timeout: 8_000 },
    )
    .toBe("ok");
}

describe("the text", () => {
  it("comes back from the server's cleaner as the editor wrote it", async () => {
    const item = await newItem();
    for (const { html, description, comment } of recorded) {
      const patched = await ada.call<{ description_html: string }>("PATCH", item.api, {
        description_html: description,
      });
      expect(patched.description_html, html).toBe(description);
      const made = await ada.call<{ comment_html: string }>("POST", `${item.api}comments/`, { comment_html: comment });
      expect(made.comment_html, html).toBe(comment);
    }
  });

  it("is not written because somebody looks at it or opens the editor", async () => {
    // Not as our editor would write it.
    const html = "<div><b>bold</b> words<ul><li>tight</li></ul></div>";
    const item = await newItem({ description_html: html });
    const { page } = ada;
    const seen = writes(page);
    await open(page, item, "tight");
    await page.getByText("tight").click();
    await editing(page, "Description");
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(2_200);
    await page.keyboard.press("Escape");
    await page.waitForTimeout(500);
    expect(seen).toEqual([]);
    expect(await textOf(ada.call, item)).toBe(html);
  });

  it("is saved by itself and seen by others at once", async () => {
    const item = await newItem({ description_html: "<p>Before</p>" });
    await open(ada.page, item, "Before");
    await open(ben.page, item, "Before");
    await ada.page.getByText("Before").click();
    await editing(ada.page, "Description");
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.type(" and **after**");
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.type("- a list");
    await ben.page.locator("strong", { hasText: "after" }).waitFor();
    await ben.page.locator("li", { hasText: "a list" }).waitFor();
    await ada.page.getByText(/^Saved/).waitFor();
    expect(await textOf(ada.call, item)).toBe(
      "<div><p>Before and <strong>after</strong></p><ul><li><p>a list</p></li></ul></div>",
    );
  });

  it("shows both versions when two people write, and merges them", async () => {
    const item = await newItem({ description_html: "<div><p>one</p><p>two</p></div>" });
    await open(ada.page, item, "one");
    await ada.page.getByText("one", { exact: true }).click();
    await editing(ada.page, "Description");
    await ada.page.keyboard.press("End");
    await ada.page.keyboard.type(" of Ada");
    await ben.call("PATCH", item.api, { description_html: "<div><p>one</p><p>two of Ben</p></div>" });
    await ada.page.getByText("Somebody else has changed this text").waitFor();
    await settled(ada.page);
    await checkAxe(ada.page, "conflict");
    await shoot(ada.page, "conflict");
    expect(await textOf(ada.call, item)).toContain("two of Ben");
    await ada.page.getByRole("button", { name: "Merge both" }).click();
    await ada.page.getByRole("button", { name: "Save the merged text" }).click();
    await eventually(async () => {
      expect(await textOf(ada.call, item)).toBe("<div><p>one of Ada</p><p>two of Ben</p></div>");
    });
  });

  it("is kept while the server is away, over a reload, and saved when it is back", async () => {
    const item = await newItem({ description_html: "<p>Before</p>" });
    const { page } = ada;
    await open(page, item, "Before");
    await page.getByText("Before").click();
    await editing(page, "Description");
    await page.route("**/api/**", (route) => route.abort());
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" the storm");
    await page.getByText("the server is not reached").waitFor();
    await page.unroute("**/api/**");
    await page.route(`**${item.id}/`, (route) =>
      route.request().method() === "PATCH" ? route.abort() : route.continue(),
    );
    await page.reload();
    await page.getByText("Before the storm").waitFor();
    expect(await textOf(ada.call, item)).toBe("<p>Before</p>");
    await page.unroute(`**${item.id}/`);
    await page.reload();
    await eventually(async () => {
      expect(await textOf(ada.call, item)).toBe("<p>Before the storm</p>");
    });
  });
});

describe("what belongs to an item", () => {
  it("is talked about: a comment with a mention is seen by the other, changed and deleted", async () => {
    const item = await newItem();
    await open(ben.page, item);
    await open(ada.page, item);
    await ada.page.getByRole("button", { name: /Write a comment/ }).click();
    await editing(ada.page, "New comment");
    await ada.page.keyboard.type("Look @be");
    await ada.page.getByRole("option", { name: /ben/ }).waitFor();
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.type("please");
    await ada.page.keyboard.press("Control+Enter");
    const comment = ben.page.getByRole("article", { name: "Comment by ada" });
    await comment.getByText("@ben").waitFor();
    const [stored] = (await ada.call<{ results: { comment_html: string }[] }>("GET", `${item.api}comments/`)).results;
    expect(stored?.comment_html).toMatch(
      /^<p>Look <mention-component entity_identifier="[0-9a-f-]{36}" entity_name="user_mention"/,
    );

    await ada.page.getByRole("button", { name: "Comment actions" }).click();
    await ada.page.getByRole("menuitem", { name: "Edit" }).click();
    await editing(ada.page, "Edit comment");
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.type(" now");
    await ada.page.keyboard.press("Control+Enter");
    await comment.getByText("please now").waitFor();
    await comment.getByText("edited").waitFor();

    await ada.page.getByRole("button", { name: "Comment actions" }).click();
    await ada.page.getByRole("menuitem", { name: "Delete" }).click();
    await ada.page.getByRole("button", { name: "Undo" }).click();
    await ada.page.getByText("please now").waitFor();
    await ada.page.getByRole("button", { name: "Comment actions" }).click();
    await ada.page.getByRole("menuitem", { name: "Delete" }).click();
    await comment.waitFor({ state: "detached", timeout: 12_000 });
  });

  it("waits for the connection and then arrives once", async () => {
    const item = await newItem();
    const { page } = ada;
    await open(page, item);
    await page.getByRole("button", { name: /Write a comment/ }).click();
    await editing(page, "New comment");
    await page.route("**/comments/", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await page.keyboard.type("From the tunnel");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Not sent yet").waitFor();
    await page.reload();
    await page.getByText("From the tunnel").waitFor();
    await page.unroute("**/comments/");
    await page.getByRole("button", { name: "Send now" }).click();
    await eventually(async () => {
      const { results } = await ada.call<{ results: { comment_html: string }[] }>("GET", `${item.api}comments/`);
      expect(results.map((row) => row.comment_html)).toEqual(["<p>From the tunnel</p>"]);
    });
    await page.getByText("Sending…").waitFor({ state: "detached" });
    expect(await page.getByText("From the tunnel").count()).toBe(1);
  });

  it("is brought to the server after a reload though nobody opens it: a changed comment, a new one and a text", async () => {
    const item = await newItem({ description_html: "<p>Before</p>" });
    const comment = await ada.call<{ id: string }>("POST", `${item.api}comments/`, { comment_html: "<p>First</p>" });
    const { page } = ada;
    await open(page, item, "First");
    await page.route(`**${item.id}/**`, (route) =>
      route.request().method() === "GET" ? route.continue() : route.abort(),
    );
    await page.getByRole("button", { name: "Comment actions" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await editing(page, "Edit comment");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" thoughts");
    await page.keyboard.press("Control+Enter");
    await page.getByText("First thoughts").waitFor();
    await page.getByText("Not sent yet").waitFor();
    await page.getByRole("button", { name: /Write a comment/ }).click();
    await editing(page, "New comment");
    await page.keyboard.type("Second");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Before", { exact: true }).click();
    await editing(page, "Description");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" and after");
    await page.getByText("the server is not reached").waitFor();
    await page.goto(`/${WORKSPACE.slug}/people`);
    await page.getByText("3 changes not sent").waitFor();
    expect(await textOf(ada.call, item)).toBe("<p>Before</p>");

    await page.unroute(`**${item.id}/**`);
    await page.reload();
    await eventually(async () => {
      expect(await textOf(ada.call, item)).toBe("<p>Before and after</p>");
      const { results } = await ada.call<{ results: { id: string; comment_html: string }[] }>(
        "GET",
        `${item.api}comments/`,
      );
      expect(results).toHaveLength(2);
      expect(results.find(({ id }) => id === comment.id)?.comment_html).toBe("<p>First thoughts</p>");
      expect(results.find(({ id }) => id !== comment.id)?.comment_html).toBe("<p>Second</p>");
    });
    await page.getByText(/changes? not sent/).waitFor({ state: "detached" });
  });

  it("has files, links, relations and sub-items", async () => {
    const other = await newItem({ name: "The other one" });
    const item = await newItem();
    const { page } = ada;
    await open(page, item);
    await open(ben.page, item);
    await page
      .getByLabel("Attach files")
      .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
    await page.getByRole("link", { name: "notes.txt", exact: true }).waitFor();
    await ben.page.getByRole("link", { name: "notes.txt", exact: true }).waitFor();
    const file = await page.getByRole("link", { name: "notes.txt", exact: true }).getAttribute("href");
    expect(await (await ada.context.request.get(file ?? "")).text()).toBe("hello");

    await page
      .getByLabel("Attach files")
      .setInputFiles({ name: "x.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
    await page.getByText("Files of this kind cannot be attached.").waitFor();
    await page.getByRole("button", { name: "Forget it" }).click();

    await page.getByRole("button", { name: "Add to item" }).click();
    await page.getByRole("menuitem", { name: "Link" }).click();
    await page.getByLabel("Address").fill("example.com/plan");
    await page.keyboard.press("Enter");
    await ben.page
      .getByRole("link", { name: /example.com\/plan/ })
      .first()
      .waitFor();

    await page.getByRole("button", { name: "Add to item" }).click();
    await page.getByRole("menuitem", { name: "Blocked by" }).click();
    await page.getByRole("combobox", { name: "Blocked by" }).fill("The other");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Relations" }).getByText(other.key).waitFor();
    await open(ben.page, other, "Blocks");
    await ben.page.getByRole("region", { name: "Relations" }).getByText(item.key).waitFor();

    await page.getByRole("button", { name: "Add to item" }).click();
    await page.getByRole("menuitem", { name: "Sub-item" }).click();
    await page.getByLabel("Title of the new sub-item").fill("First step");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Sub-items" }).getByText("First step").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("0 of 1").waitFor();
    await checkAxe(page, "an item with everything");
  });

  it("shows who else is there", async () => {
    const item = await newItem();
    await open(ada.page, item);
    await open(ben.page, item);
    await ada.page.getByRole("img", { name: "Also here: ben" }).waitFor();
    await ben.page.goto(`/${WORKSPACE.slug}/people`);
    await ada.page.getByRole("img", { name: "Also here: ben" }).waitFor({ state: "detached" });
  });

  it("is renamed where its title stands", async () => {
    const item = await newItem();
    await open(ada.page, item);
    await open(ben.page, item);
    await ada.page.getByLabel("Title", { exact: true }).fill("Renamed\nin place");
    await ada.page.keyboard.press("Enter");
    await expect
      .poll(() => ben.page.getByLabel("Title", { exact: true }).inputValue(), { timeout: 8_000 })
      .toBe("Renamed in place");
    await ben.page.getByText("renamed it to").waitFor();
  });
});

describe("bad weather", () => {
  it("says that an item was deleted, keeps what was typed and makes it again", async () => {
    const item = await newItem({ name: "Soon gone", description_html: "<p>Text</p>" });
    const { page } = ada;
    await open(page, item, "Text");
    await page.getByText("Text", { exact: true }).click();
    await editing(page, "Description");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" of mine");
    await page.getByRole("button", { name: /Write a comment/ }).click();
    await editing(page, "New comment");
    await page.keyboard.type("Half a thought");
    await ada.call("DELETE", item.api);
    await page.getByText("This item was deleted").waitFor();
    await page.getByText("Text of mine").waitFor();
    await page.getByRole("region", { name: "What you were writing" }).getByText("Half a thought").waitFor();
    await page.getByRole("button", { name: "Copy text" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("Text of mine");
    expect(copied).toContain("Half a thought");
    await checkAxe(page, "a deleted item");
    await shoot(page, "deleted");
    await page.getByRole("button", { name: "Create it again" }).click();
    await eventually(async () => {
      const found = await ada.call<{ results: { name: string; description_html: string }[] }>(
        "GET",
        `${W}/projects/${project.id}/work-items/`,
      );
      expect(found.results.find(({ name }) => name === "Soon gone")?.description_html).toBe("<p>Text of mine</p>");
    });
  });

  it("says so when there is no such item", async () => {
    await ada.page.goto(`/${WORKSPACE.slug}/item/LIFT-99999`);
    await ada.page.getByText("There is no item LIFT-99999").waitFor();
    await ada.page.goto(`/${WORKSPACE.slug}/item/NOPE-1`);
    await ada.page.getByText("There is no item NOPE-1").waitFor();
  });
});

describe("how it looks", () => {
  it("full and empty, as panel and page, in both themes and on a phone, with the editor open", async () => {
    const empty = await newItem({ name: "Nothing but a title" });
    const description = recorded
      .map((entry) => entry.comment)
      .filter((html) => html.length < 1_500)
      .join("");
    const full = await newItem({
      name: "A title of two lines, because somebody had much to say about the thing that this work is about",
      description_html: `<div>${description}</div>`,
      priority: "urgent",
      target_date: "2020-02-03",
    });
    await ada.call("POST", `${full.api}comments/`, { comment_html: "<p>A comment</p>" });
    await ada.call("POST", `${full.api}links/`, { url: "https://example.com/", title: "A link" });
    await ada.call("POST", `${full.api}relations/`, { relation_type: "blocking", issues: [empty.id] });
    await newItem({ parent: full.id });
    for (const [size, view] of Object.entries(SIZES)) {
      const { page, context } = await harness.signedIn(view);
      for (const [what, item] of Object.entries({ empty, full })) {
        for (const [place, address] of Object.entries({
          page: `item/${item.key}`,
          peek: `p/LIFT/items?peek=${item.key}`,
        })) {
          await page.goto(`/${WORKSPACE.slug}/${address}`);
          await page.getByLabel("Title", { exact: true }).waitFor();
          await page.getByText("created the item").waitFor();
          await settled(page);
          await inBothThemes(page, `item-${place}-${what}-${size}`, (picture) => shoot(page, picture));
        }
      }
      await page.getByRole("button", { name: "Edit description" }).first().click();
      await editing(page, "Description");
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("/");
      await page.getByRole("listbox", { name: "Blocks" }).waitFor();
      await inBothThemes(page, `item-editor-${size}`, (picture) => shoot(page, picture));
      await context.close();
    }
  }, 180_000);
});
