// Measures lists and boards in a real browser against the budget of the app, inside of the page: from the event to the frame after.
//   AILERON_URL=http://127.0.0.1:8000 AILERON_EMAIL=… AILERON_PASSWORD=… node perf/list.mjs /demo/items
// Fill a workspace first: `aileron demo --workspace big --items 10000`. Exits with 1 when a figure is over twice its budget, because
// the machine may be busy; the table tells the rest. SLOW=4 slows the processor down.
import { chromium } from "playwright-core";

const url = process.env.AILERON_URL ?? "http://127.0.0.1:8000";
const path = process.argv[2] ?? "/demo/items";
const slow = Number(process.env.SLOW ?? 1);
const rounds = Number(process.env.ROUNDS ?? 5);

/** Milliseconds at full speed and slowed four times. */
const budget = {
  "cold: first rows": [1000, 2000],
  "warm: first rows": [400, 1200],
  "edit to paint": [50, 150],
  "filter (chip) to paint": [60, 150],
  "text key to paint": [60, 150],
  "group change to paint": [100, 250],
  "layout change to paint": [100, 250],
  "peek open": [100, 250],
  "scroll: p95 frame": [17, 20],
  "scroll: frames over 50 ms": [0, 0],
  "scroll: cpu per frame": [12, 48],
  "longest task after start": [100, 300],
  "heap list, MB": [30, 30],
  "heap board and peek, MB": [60, 60],
};

const figures = {};
const note = (name, value) => {
  figures[name] ??= [];
  figures[name].push(value);
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const state = await signIn();
  for (let round = 0; round < 3; round++) await cold(state);
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  // Processor time of the page's main thread (script, style, layout, paint): what others do on the machine does not count.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.addInitScript(inPage);
  await page.goto(`${url}${path}?layout=list`);
  await page.waitForSelector(".item-row");
  await page.waitForTimeout(1500);
  for (let round = 0; round < rounds; round++) {
    await page.reload();
    await page.waitForSelector(".item-row");
    note("warm: first rows", await page.evaluate(() => window.perf.firstRow));
    await page.waitForTimeout(800);
  }
  if (slow > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
  await page.waitForTimeout(2500);
  await page.evaluate(() => window.perf.forgetTasks());
  note("heap list, MB", await heap(cdp));
  for (let round = 0; round < rounds; round++) await interactions(page, cdp, round);
  await scroll(page, cdp);
  note("longest task after start", await page.evaluate(() => window.perf.longest));
  await page.goto(`${url}${path}?layout=board`);
  await page.waitForSelector(".card");
  await page.locator(".card").first().click();
  await page.waitForSelector("aside.peek");
  await page.waitForTimeout(1500);
  note("heap board and peek, MB", await heap(cdp));
  report(await page.evaluate(() => document.querySelector("header h1")?.parentElement?.textContent));
} finally {
  await browser.close();
}

async function signIn() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.fill("input[name=email]", process.env.AILERON_EMAIL ?? "");
  await page.fill("input[name=password]", process.env.AILERON_PASSWORD ?? "");
  await page.keyboard.press("Enter");
  await page.waitForURL((to) => !to.pathname.startsWith("/login"));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** With an empty store: everything comes from the server. */
async function cold(state) {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(inPage);
  await page.goto(`${url}${path}?layout=list`);
  await page.waitForSelector(".item-row");
  note("cold: first rows", await page.evaluate(() => window.perf.firstRow));
  await page.waitForTimeout(1000);
  await context.close();
}

async function interactions(page, cdp, round) {
  const timed = (name, action, done) => timedOn(page, cdp, name, action, done);
  const grid = page.locator("[role=grid]");
  await grid.focus();
  await page.keyboard.press("j");
  await page.keyboard.press("p");
  await page.getByRole("combobox", { name: "Set priority" }).waitFor();
  await page.keyboard.type(round % 2 ? "low" : "high");
  await timed(
    "edit to paint",
    () => page.keyboard.press("Enter"),
    () => document.querySelector("[role=dialog]") === null,
  );
  await page.waitForTimeout(300);

  await page.keyboard.press("f");
  await page.keyboard.type("urgent");
  await timed(
    "filter (chip) to paint",
    () => page.keyboard.press("Enter"),
    () => window.perf.count() !== window.perf.before,
  );
  await page.keyboard.press("Escape");
  await grid.focus();
  await page.keyboard.press("Shift+F");
  await page.waitForTimeout(500);

  await page.keyboard.press("Control+f");
  await page.waitForTimeout(200);
  await timed(
    "text key to paint",
    () => page.keyboard.press("s"),
    () => window.perf.count() !== window.perf.before,
  );
  await timed(
    "text key to paint",
    () => page.keyboard.press("t"),
    () => window.perf.count() !== window.perf.before,
  );
  await page.keyboard.press("Escape");
  await page.waitForTimeout(400);

  await grid.focus();
  await page.keyboard.press("Shift+G");
  const select = page.getByLabel("Group by");
  await select.waitFor();
  await timed(
    "group change to paint",
    () => select.selectOption(round % 2 ? "state_group" : "priority"),
    () => window.perf.head() !== window.perf.headBefore,
  );
  await page.keyboard.press("Escape");
  await page.waitForTimeout(300);

  await grid.focus();
  await page.keyboard.press("v");
  await timed(
    "layout change to paint",
    () => page.keyboard.press("2"),
    () => document.querySelector(".card") !== null,
  );
  await page.keyboard.press("v");
  await timed(
    "layout change to paint",
    () => page.keyboard.press("1"),
    () => document.querySelector(".item-row") !== null,
  );
  await page.waitForTimeout(300);

  await page.locator("[role=grid]").focus();
  await page.keyboard.press("j");
  await timed(
    "peek open",
    () => page.keyboard.press("Enter"),
    () =>
      document.querySelector("aside.peek h2, aside.peek h1, aside.peek [contenteditable], aside.peek textarea") !==
      null,
  );
  await page.waitForTimeout(500);
  await page.locator("[role=grid]").focus();
  await page.keyboard.press("Escape");
  await page.waitForTimeout(300);
}

/** From the event that the action makes to the frame after the page says so. */
async function timedOn(page, cdp, name, action, done) {
  await page.evaluate((text) => window.perf.watch(new Function(`return (${text})()`)), done.toString());
  const before = await busy(cdp);
  await action();
  note(name, await page.evaluate(() => window.perf.result));
  note(`${name}, cpu`, (await busy(cdp)) - before);
}

/** Milliseconds of processor time that the page's main thread has used. */
async function busy(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
}

async function scroll(page, cdp) {
  const before = await busy(cdp);
  await page.mouse.move(700, 500);
  await page.evaluate(() => window.perf.frames());
  for (let step = 0; step < 80; step++) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(45);
  }
  const frames = await page.evaluate(() => window.perf.stopFrames());
  note("scroll: cpu per frame", ((await busy(cdp)) - before) / frames.length);
  frames.sort((a, b) => a - b);
  note("scroll: p95 frame", frames[Math.floor(frames.length * 0.95)]);
  note("scroll: frames over 50 ms", frames.filter((ms) => ms > 50).length);
}

async function heap(cdp) {
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}

/** Runs in the page, before anything else. */
function inPage() {
  const perf = {
    firstRow: null,
    longest: 0,
    result: null,
    before: null,
    headBefore: null,
    count: () => document.querySelector("header .tabular")?.textContent,
    head: () => document.querySelector(".group-head")?.textContent,
    forgetTasks: () => {
      perf.longest = 0;
    },
    watch(done) {
      perf.before = perf.count();
      perf.headBefore = perf.head();
      perf.result = new Promise((resolve) => {
        let start = null;
        const begin = (event) => {
          start ??= event.timeStamp;
        };
        for (const type of ["keydown", "pointerdown", "input", "change"])
          addEventListener(type, begin, { capture: true, once: true });
        const look = () => {
          if (start === null || !done()) return requestAnimationFrame(look);
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - start);
          channel.port2.postMessage(0);
        };
        requestAnimationFrame(look);
        // What has not come after ten seconds does not come.
        setTimeout(() => resolve(10_000), 10_000);
      });
    },
    frames() {
      const list = [];
      let last = performance.now();
      perf.running = true;
      const next = (now) => {
        list.push(now - last);
        last = now;
        if (perf.running) requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
      perf.stopFrames = () => {
        perf.running = false;
        return list.slice(1);
      };
    },
  };
  window.perf = perf;
  const look = () => {
    if (document.querySelector(".item-row")) perf.firstRow = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) perf.longest = Math.max(perf.longest, duration);
  }).observe({ type: "longtask", buffered: true });
}

function report(what) {
  let over = false;
  process.stdout.write(`${what ?? ""}${slow > 1 ? `, slowed ${slow} times` : ""}\n`);
  for (const [name, [full, slowed]] of Object.entries(budget)) {
    const values = (figures[name] ?? []).toSorted((a, b) => a - b);
    const median = values[Math.floor(values.length / 2)];
    const limit = slow > 1 ? slowed : full;
    if (median === undefined || median > limit * 2 + 5) over = true;
    const spent = (figures[`${name}, cpu`] ?? []).toSorted((a, b) => a - b);
    const cpu = spent.length === 0 ? "" : `cpu ${Math.round(spent[Math.floor(spent.length / 2)])}`;
    const all = values.map((value) => Math.round(value)).join(" ");
    const mark = median === undefined ? "missing" : median > limit ? "OVER" : "";
    process.stdout.write(
      `${name.padEnd(28)} ${String(median === undefined ? "-" : Math.round(median)).padStart(6)}  of ${String(limit).padStart(4)}  ${mark.padEnd(8)} ${cpu.padEnd(8)} [${all}]\n`,
    );
  }
  if (over) process.exitCode = 1;
}
