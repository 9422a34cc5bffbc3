/**
 * The report: what docs/benchmarks.md says about the app. Median of the runs; one round of use before that is not counted.
 *   AILERON_ITEMS=50000   example data (10,000 unless said), or AILERON_JIRA=issues.jsonl.gz for what Jira wrote
 *   AILERON_SLOW=4        the page's processor slowed down
 *   AILERON_REPORT=file   the figures as JSON too
 */

import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AXE_TAGS, type Harness, start, violations } from "../e2e/harness.ts";
import { addDemo, addJira, addPerson, type Full } from "../e2e/people.ts";
import { Desk, isApi, isOf, isPage, median, percentile, type Traffic } from "./desk.ts";
import { doAll } from "./uses.ts";

const SLOW = Number(process.env.AILERON_SLOW ?? 1);
const RUNS = Number(process.env.AILERON_RUNS ?? 5);
const JIRA = process.env.AILERON_JIRA;
const BEN = { email: "ben@example.com", password: "violet hammer crossing four", first_name: "Ben" };

let harness: Harness;
let full: Full;
let list: string;
let board: string;

const figures = new Map<string, number[]>();
const note = (name: string, ...values: number[]) => void figures.set(name, [...(figures.get(name) ?? []), ...values]);

beforeAll(async () => {
  harness = await start();
  full = JIRA
    ? addJira(harness.server.data, JIRA)
    : addDemo(harness.server.data, Number(process.env.AILERON_ITEMS ?? 10_000));
  list = `/${full.slug}/items?layout=list`;
  board = `/${full.slug}/items?layout=board`;
});

afterAll(async () => {
  await harness?.close();
  const lines = [...figures].map(
    ([name, values]) =>
      `${name.padEnd(44)} ${median(values).toFixed(1).padStart(9)}   [${values.slice(0, 20).map(Math.round).join(" ")}]`,
  );
  process.stdout.write(`\n${full?.slug}${SLOW > 1 ? `, slowed ${SLOW} times` : ""}\n${lines.join("\n")}\n`);
  if (process.env.AILERON_REPORT) {
    await writeFile(process.env.AILERON_REPORT, JSON.stringify(Object.fromEntries(figures), null, 1));
  }
});

async function desk(): Promise<Desk> {
  const { page } = await harness.signedIn(full.owner);
  return Desk.at(page, SLOW);
}

const KINDS = {
  script: isOf("script"),
  style: isOf("stylesheet"),
  font: isOf("font"),
  image: isOf("image"),
  API: isApi,
} as const;

it("first load, with an empty store", async () => {
  for (const [what, path] of Object.entries({ list, board })) {
    for (let run = 0; run < RUNS; run++) {
      const own = await desk();
      const loaded = await own.open(path);
      await own.still();
      note(`cold ${what}: first paint`, loaded.paint);
      note(`cold ${what}: shell`, loaded.shell);
      note(`cold ${what}: first rows`, loaded.rows);
      note(`cold ${what}: blocked until rows`, loaded.blocked);
      note(`cold ${what}: longest task until rows`, loaded.longest);
      noteTraffic(`cold ${what}: all`, await own.traffic(isPage));
      if (what === "list") {
        for (const [kind, fits] of Object.entries(KINDS)) {
          noteTraffic(`cold ${what}: ${kind}`, await own.traffic((request) => isPage(request) && fits(request)));
        }
        noteTraffic("cold list: kept by the service worker", await own.traffic((request) => !isPage(request)));
      }
      await own.context.close();
    }
  }
});

it("reload, with everything kept", async () => {
  const own = await desk();
  await own.open(list);
  await own.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await own.still();
  for (const [what, path] of Object.entries({ list, board })) {
    await own.open(path);
    await own.still();
    for (let run = 0; run < RUNS; run++) {
      own.forget();
      const loaded = await own.reload();
      await own.still();
      note(`warm ${what}: first paint`, loaded.paint);
      note(`warm ${what}: first rows`, loaded.rows);
      note(`warm ${what}: blocked until rows`, loaded.blocked);
      noteTraffic(`warm ${what}: API`, await own.traffic(isApi));
    }
  }
  await own.context.close();
});

it("use", async () => {
  const own = await desk();
  await own.open(list);
  await own.still();
  await own.page.waitForTimeout(2_000);
  await own.page.evaluate(() => window.perf.tasks.splice(0));
  for (let turn = 0; turn <= RUNS; turn++) {
    await doAll(
      own,
      (name, { wall, cpu }) => {
        if (turn === 0) return;
        note(name, wall);
        note(`${name}, processor`, cpu);
      },
      turn,
    );
  }
  const tasks = await own.page.evaluate(() => window.perf.tasks.map(({ duration }) => duration));
  note("longest task in use", Math.max(0, ...tasks));
  await own.context.close();
});

it("scroll, elements and memory", async () => {
  const own = await desk();
  await own.open(list);
  await own.still();
  note("list: elements", await own.elements());
  note("list: heap", await own.heap());
  note("list: listeners", await own.metric("JSEventListeners"));
  await own.page.evaluate(() => window.perf.startFrames());
  await own.page.waitForTimeout(2_000);
  const idle = await own.page.evaluate(() => window.perf.stopFrames());
  note("idle: frames per second", idle.length / 2);
  for (let run = 0; run < RUNS; run++) {
    let frames: number[] = [];
    const cpu = await own.spend(async () => {
      frames = await own.wheel(1_500, 4);
    });
    note("scroll: frames per second", (1_000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0));
    note("scroll: p95 frame", percentile(frames, 0.95));
    note("scroll: worst frame", Math.max(...frames));
    note("scroll: frames over 50 ms", frames.filter((frame) => frame > 50).length);
    note("scroll: processor per frame", cpu / frames.length);
  }
  note("list scrolled: elements", await own.elements());
  note("list scrolled: heap", await own.heap());
  await own.open(board);
  await own.still();
  note("board: elements", await own.elements());
  note("board: heap", await own.heap());
  note("board: listeners", await own.metric("JSEventListeners"));
  await own.page.locator(".card").first().click();
  await own.page.locator('aside.peek [aria-label="Properties"]').waitFor();
  await own.still();
  note("board and panel: heap", await own.heap());
  await own.context.close();
});

it("from one browser to the other", async () => {
  addPerson(harness.server.data, BEN, full.slug);
  const [ada, other] = [await desk(), await desk()];
  await ada.open(list);
  await other.open(list);
  await other.still();
  for (let turn = 0; turn < 20; turn++) {
    const name = `Seen elsewhere ${turn}.`;
    const seen = other.page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const look = () => document.body.textContent?.includes(wanted) && resolve(Date.now());
          const observer = new MutationObserver(() => look() && observer.disconnect());
          observer.observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        }),
      name,
    );
    await ada.page.locator("[role=grid]").focus();
    await ada.page.keyboard.press("Home");
    await ada.page.keyboard.press("e");
    await ada.page.keyboard.type(name);
    const made = await ada.page.evaluate(() => Date.now());
    await ada.page.keyboard.press("Enter");
    note("change seen by the other", (await seen) - made);
  }
  note("change seen by the other, p95", percentile(figures.get("change seen by the other") ?? [], 0.95));
  await ada.context.close();
  await other.context.close();
});

it("accessibility", async () => {
  const own = await desk();
  const screens = {
    list,
    board,
    panel: `${list}&peek=1`,
    people: `/${full.slug}/people`,
    "workspace settings": `/${full.slug}/settings/general`,
    members: `/${full.slug}/settings/members`,
  };
  for (const [what, path] of Object.entries(screens)) {
    await own.page.goto(path);
    await own.page.locator("h1").first().waitFor();
    if (what === "panel") await own.page.locator(".item-row").first().click();
    await own.still();
    const found = await violations(own.page);
    note(`axe, ${what}`, found.length);
    expect(found, `axe with ${AXE_TAGS.join()} on ${what}`).toEqual([]);
  }
  const visitor = await harness.visitor();
  await visitor.goto("/login");
  await visitor.getByLabel("Email").waitFor();
  note("axe, sign-in", (await violations(visitor)).length);
  await own.context.close();
});

function noteTraffic(name: string, { requests, bytes }: Traffic): void {
  note(`${name}, requests`, requests);
  note(`${name}, kB`, bytes / 1000);
}
