/** What tests of the inbox have in common: two people, what one of them does, and how it is found on the page. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import { type Harness, type Person, start, type VisitorOptions, WORKSPACE } from "./harness.ts";
import { addPerson } from "./people.ts";

const BOB = { email: "bob@example.com", password: "seven lamps on a green hill", first_name: "Bob" };
export const W = `/workspaces/${WORKSPACE.slug}/`;
export const INBOX = `/${WORKSPACE.slug}/inbox`;

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Told {
  readonly id: string;
  readonly read_at: string | null;
  readonly snoozed_till: string | null;
  readonly issue: { readonly name: string };
}

export let harness: Harness;
export let ada: Person;
export let bob: Person;
export let me: string;
export let path: string;
let states: readonly Named[];

/** Two people and a project; before each test all that was told is put away. */
export function withInbox(): void {
  beforeAll(async () => {
    harness = await start();
    addPerson(harness.server.data, BOB);
    ada = await harness.signedIn();
    bob = await harness.signedIn(BOB);
    const project = await ada.call<Named>("POST", `${W}projects/`, { name: "Difference engine", identifier: "DIFF" });
    path = `${W}projects/${project.id}/`;
    const members = await ada.call<readonly { id: string; email: string }[]>("GET", `${W}members/`);
    const idOf = (email: string) => members.find((member) => member.email === email)?.id ?? "";
    me = idOf("ada@example.com");
    await ada.call("POST", `${path}members/`, { member: idOf(BOB.email), role: 15 });
    states = (await ada.call<{ results: readonly Named[] }>("GET", `${path}states/`)).results;
  });
  afterAll(() => harness?.close());
  beforeEach(async () => {
    await vi.waitFor(async () => {
      const rest = await told();
      await Promise.all(rest.map(({ id }) => ada.call("POST", `${W}notifications/${id}/archive/`)));
      expect(await told()).toEqual([]);
    }, 20_000);
  });
}

export const told = async (query = "") =>
  (await ada.call<{ results: readonly Told[] }>("GET", `${W}notifications/?${query}`)).results;
export const unread = () => ada.call<{ total: number; mentions: number }>("GET", `${W}notifications/unread/`);

export const createItem = (name: string, by = ada) => by.call<{ id: string }>("POST", `${path}work-items/`, { name });
export const move = (id: string, name: string) =>
  bob.call("PATCH", `${path}work-items/${id}/`, { state: states.find((state) => state.name === name)?.id });
export const comment = (id: string, html: string) =>
  bob.call("POST", `${path}work-items/${id}/comments/`, { comment_html: html });
export const mention = () =>
  `<mention-component entity_name="user_mention" entity_identifier="${me}" label="ada"></mention-component>`;

/** Waits until so much is told; notifications are made after the change that they tell of. */
export async function awaitTold(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await told()).toHaveLength(count), PATIENT);
}

/** Items of Ada's with something that Bob did to each. The last one is at the top of the list. */
export async function entries(...names: string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { id } = await createItem(name);
    await move(id, "In Progress");
    ids.push(id);
  }
  await awaitTold(names.length);
  return ids;
}

export async function open(query = "", options: VisitorOptions = {}): Promise<Page> {
  const { page } = await harness.signedIn(options);
  await page.goto(`${INBOX}${query}`);
  await page.getByRole("heading", { level: 1, name: "Inbox" }).waitFor();
  return page;
}

export const grid = (page: Page) => page.getByRole("grid", { name: "Inbox" });
export const row = (page: Page, name: string | RegExp) => grid(page).getByRole("row", { name });
export const pane = (page: Page) => page.getByRole("complementary", { name: /^Item / });
export const titles = (page: Page) => grid(page).locator("[data-title]").allTextContents();
export const PATIENT = { timeout: 10_000, interval: 50 };
export const lists = (page: Page, names: readonly string[]) =>
  vi.waitFor(async () => expect(await titles(page)).toEqual(names), PATIENT);
export const sidebar = (page: Page) => page.getByRole("navigation", { name: "Workspace" });
export const message = (page: Page, text: string | RegExp) =>
  page.getByRole("region", { name: "Messages" }).getByText(text);
export const press = (page: Page, ...keys: string[]) =>
  keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
