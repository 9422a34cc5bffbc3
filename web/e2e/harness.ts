/** What browser tests need: a server that is set up, people in browsers of their own, axe, pictures. */

import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect, vi } from "vitest";
import { type Server, type ServerOptions, startServer } from "./server.ts";

export const ADA = {
  email: "ada@example.com",
  password: "plum tractor overcast nine",
  first_name: "Ada",
  last_name: "Lovelace",
  display_name: "Ada Lovelace",
};
export const WORKSPACE = { name: "Analytical Engines", slug: "engines" };

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Harness {
  readonly server: Server;
  readonly browser: Browser;
  /** A browser of its own, with nobody signed in. */
  readonly visitor: (options?: VisitorOptions) => Promise<Page>;
  /** A browser in which this account (Ada if none is named) is signed in. */
  readonly signedIn: (options?: VisitorOptions & { email?: string; password?: string }) => Promise<Person>;
  readonly close: () => Promise<void>;
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
  readonly touch?: boolean;
}

/** Somebody with a browser, and the API as this person. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly call: Call;
}

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** Starts server and browser. With `setUp` there are Ada and her workspace already, with `demo` the example data too. */
export async function start({
  setUp = true,
  demo = false,
  ...options
}: ServerOptions & {
  setUp?: boolean;
  demo?: boolean;
} = {}): Promise<Harness> {
  const server = await startServer(options);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });
  if (setUp) await setUpServer(server, demo);
  const context = (options: VisitorOptions = {}) => newContext(browser, server.url, options);
  return {
    server,
    browser,
    visitor: async (options) => (await context(options)).newPage(),
    signedIn: async ({ email = ADA.email, password = ADA.password, ...options } = {}) => {
      const own = await context(options);
      const call = await signIn(own, server.url, email, password);
      return { page: await own.newPage(), context: own, call };
    },
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

async function newContext(browser: Browser, baseURL: string, options: VisitorOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    ...(options.touch ? { hasTouch: true, isMobile: true } : {}),
  });
  countRequests(context);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: baseURL });
  context.setDefaultTimeout(10_000);
  return context;
}

async function setUpServer({ url, code }: Server, demo: boolean): Promise<void> {
  const body = { ...ADA, code, demo, workspace_name: WORKSPACE.name, workspace_slug: WORKSPACE.slug };
  const response = await fetch(`${url}/api/v1/auth/setup/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: url },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Set-up: ${response.status} ${await response.text()}`);
}

/** Signs the browser in and answers how to call the API as this person. */
async function signIn(context: BrowserContext, url: string, email: string, password: string): Promise<Call> {
  const session = await context.request.post("/api/v1/auth/sign-in/", {
    data: { email, password },
    headers: { Origin: url },
  });
  if (!session.ok()) throw new Error(`Sign-in: ${session.status()} ${await session.text()}`);
  const { csrf_token } = (await session.json()) as { csrf_token: string };
  return async <T>(method: string, path: string, body?: unknown) => {
    const response = await context.request.fetch(`/api/v1${path}`, {
      method,
      headers: { "X-CSRF-Token": csrf_token, Origin: url },
      ...(body === undefined ? {} : { data: body }),
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
    return (response.status() === 204 ? undefined : await response.json()) as T;
  };
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

export const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] as const;
/** What differs between themes, which are nothing but colours. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"] as const;
const ALL = { type: "tag", values: AXE_TAGS };
const COLOURS = { type: "rule", values: COLOUR_RULES };

/** What axe finds by WCAG 2.2 A and AA. Evaluated, not injected: the policy of the page allows no foreign script. */
export async function violations(page: Page, runOnly: typeof ALL | typeof COLOURS = ALL): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await axe);
  const found = await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as {
      axe: { run: (...given: unknown[]) => Promise<{ violations: unknown[] }> };
    };
    // Base UI's guards hand the focus on before anybody has it.
    const context = { exclude: [["[data-base-ui-focus-guard]"]] };
    // Of elements that pass it describes one and not all, and no rule of these asks for style sheets apart.
    return (await axe.run(context, { runOnly, resultTypes: ["violations"], preload: false })).violations;
  }, runOnly);
  return (found as Violation[]).flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`),
  );
}

/** Fails with what axe finds. */
export async function checkAxe(page: Page, what: string): Promise<void> {
  expect(await violations(page), `axe on ${what}`).toEqual([]);
}

/**
 * Looks at what a page shows in both themes, one after the other: at all of it in the first, at its colours in the other. On a phone
 * things stand elsewhere and have the same colours: there one theme is enough, which takes turns, unless pictures or a long run are wanted.
 */
export async function inBothThemes(page: Page, what: string, look: (name: string) => Promise<unknown>): Promise<void> {
  for (const [index, theme] of themesFor(page, what).entries()) {
    await page.emulateMedia({ colorScheme: theme });
    const found = await violations(page, index === 0 ? ALL : COLOURS);
    expect(found, `axe on ${what}, ${theme}`).toEqual([]);
    await look(`${what}-${theme}`);
  }
}

function themesFor(page: Page, what: string): readonly (typeof THEMES)[number][] {
  const isNarrow = (page.viewportSize()?.width ?? SIZES.wide.width) <= SIZES.phone.width;
  if (!isNarrow || process.env.AILERON_SHOTS || process.env.AILERON_TEST_LONG) return THEMES;
  return what.length % 2 === 0 ? ["light"] : ["dark"];
}

/** Saves a picture when `AILERON_SHOTS` names a folder for it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.AILERON_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

export const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844, touch: true } } as const;
export const THEMES = ["light", "dark"] as const;

/** What each context has asked for and not got yet, and how often it asked. */
const asked = new WeakMap<BrowserContext, { open: number; ever: number }>();

function countRequests(context: BrowserContext): void {
  const count = { open: 0, ever: 0 };
  asked.set(context, count);
  context.on("request", () => {
    count.open++;
    count.ever++;
  });
  const answered = () => count.open--;
  context.on("requestfinished", answered);
  context.on("requestfailed", answered);
}

/** Waits until nothing of the page is on its way any more: all is answered, and the page asks nothing more when it has worked that off. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const count = asked.get(page.context());
  if (!count) throw new Error("This page was not opened by the harness");
  // Files open their pages before their tests too, where nothing can be expected.
  await vi.waitFor(
    async () => {
      const before = count.ever;
      const isIdle = () => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 30)));
      if (count.open === 0) await page.evaluate(isIdle);
      if (count.open > 0 || count.ever !== before) throw new Error(`${count.open} requests are not answered yet`);
    },
    { interval: 20, timeout: 10_000 },
  );
}
