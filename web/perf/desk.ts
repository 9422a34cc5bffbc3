/** A page that is measured: times from inside of it, processor time, traffic and memory from the browser's protocol. */

import type { BrowserContext, CDPSession, Page, Request } from "playwright-core";
import { installProbe, type Wanted } from "./probe.ts";

/** What came over the network, by kind. */
export interface Traffic {
  readonly requests: number;
  readonly bytes: number;
}

export interface Loaded {
  readonly rows: number;
  readonly shell: number;
  readonly paint: number;
  /** What long tasks take beyond 50 ms each until the rows are there. */
  readonly blocked: number;
  readonly longest: number;
}

/** The time of something, and the processor time of the page's main thread, which others on the machine do not lengthen much. */
export interface Timed {
  readonly wall: number;
  readonly cpu: number;
}

interface StyleEvent {
  readonly name: string;
  readonly args: { readonly elementCount?: number };
}

export class Desk {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #cdp: CDPSession;
  #finished: Request[] = [];

  private constructor(page: Page, context: BrowserContext, cdp: CDPSession) {
    this.page = page;
    this.context = context;
    this.#cdp = cdp;
    // Those of the service worker too.
    context.on("requestfinished", (request) => this.#finished.push(request));
  }

  static async at(page: Page, slow = 1): Promise<Desk> {
    const context = page.context();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    if (slow > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
    await page.addInitScript(installProbe);
    return new Desk(page, context, cdp);
  }

  /** Goes there and waits for the first rows or cards. */
  async open(path: string): Promise<Loaded> {
    await this.page.goto(path);
    return this.#loaded();
  }

  async reload(): Promise<Loaded> {
    await this.page.reload();
    return this.#loaded();
  }

  async #loaded(): Promise<Loaded> {
    await this.page.waitForFunction(() => window.perf.firstRows !== null, null, { timeout: 60_000 });
    return this.page.evaluate(() => {
      const rows = window.perf.firstRows ?? 0;
      const tasks = window.perf.tasks.filter(({ start }) => start < rows);
      return {
        rows,
        shell: window.perf.firstShell ?? 0,
        paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
        blocked: tasks.reduce((sum, { duration }) => sum + duration - 50, 0),
        longest: Math.max(0, ...tasks.map(({ duration }) => duration)),
      };
    });
  }

  /** From the event that the action makes to the frame after the wanted thing is there. */
  async time(wanted: Wanted, action: () => Promise<unknown>): Promise<Timed> {
    await this.page.evaluate((name) => window.perf.watch(name), wanted);
    const before = await this.#busy();
    await action();
    const wall = await this.page.evaluate(() => window.perf.result);
    return { wall, cpu: (await this.#busy()) - before };
  }

  /** Processor time in milliseconds of this action, and of all that it leads to until the page is still. */
  async spend(action: () => Promise<unknown>): Promise<number> {
    const before = await this.#busy();
    await action();
    return (await this.#busy()) - before;
  }

  async #busy(): Promise<number> {
    return 1000 * (await this.metric("TaskDuration"));
  }

  /** How many elements had their style worked out anew by this action, and by all that it leads to until the page is still. */
  async restyled(action: () => Promise<unknown>): Promise<number> {
    const browser = this.context.browser();
    await browser?.startTracing(this.page, { categories: ["-*", "devtools.timeline"] });
    await action();
    await this.still();
    const { traceEvents } = JSON.parse(String(await browser?.stopTracing())) as { traceEvents: StyleEvent[] };
    const counts = traceEvents.filter(({ name }) => name === "UpdateLayoutTree").map(({ args }) => args.elementCount);
    return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  /** One of `Nodes`, `JSEventListeners`, `LayoutCount` and their kin. */
  async metric(wanted: string): Promise<number> {
    const { metrics } = await this.#cdp.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === wanted)?.value ?? 0;
  }

  /** Megabytes in use after two collections. */
  async heap(): Promise<number> {
    await this.#cdp.send("HeapProfiler.enable");
    for (let turn = 0; turn < 2; turn++) await this.#cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.#cdp.send("Runtime.getHeapUsage");
    return usedSize / 1e6;
  }

  /** Elements in the document, which is what one can count. */
  elements(): Promise<number> {
    return this.page.evaluate(() => document.getElementsByTagName("*").length);
  }

  forget(): void {
    this.#finished = [];
  }

  /** What has come since it was last forgotten: all, or what fits. */
  async traffic(fits: (request: Request) => boolean = () => true): Promise<Traffic> {
    let bytes = 0;
    const requests = this.#finished.filter(fits);
    for (const request of requests) {
      const sizes = await request.sizes().catch(() => null);
      bytes += (sizes?.responseBodySize ?? 0) + (sizes?.responseHeadersSize ?? 0);
    }
    return { requests: requests.length, bytes };
  }

  /** The addresses of the API that were asked since it was last forgotten. */
  asked(): string[] {
    return this.#finished.filter(isApi).map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
  }

  /** Waits until nothing has come for half a second. */
  async still(): Promise<void> {
    let count = -1;
    while (count !== this.#finished.length) {
      count = this.#finished.length;
      await this.page.waitForTimeout(500);
    }
  }

  /** Turns the wheel over the list or board; answers the times between frames. */
  async wheel(pixelsPerSecond: number, seconds: number): Promise<number[]> {
    await this.page.mouse.move(700, 500);
    await this.page.evaluate(() => window.perf.startFrames());
    const steps = seconds * 20;
    const start = Date.now();
    for (let step = 1; step <= steps; step++) {
      await this.page.mouse.wheel(0, pixelsPerSecond / 20);
      await this.page.waitForTimeout(Math.max(0, start + step * 50 - Date.now()));
    }
    return this.page.evaluate(() => window.perf.stopFrames());
  }
}

export const isApi = (request: Request): boolean => new URL(request.url()).pathname.startsWith("/api/");
export const isOf =
  (...kinds: string[]) =>
  (request: Request): boolean =>
    kinds.includes(request.resourceType()) && !isApi(request);
/** Not what the service worker keeps for later. */
export const isPage = (request: Request): boolean => request.serviceWorker() === null;

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}
