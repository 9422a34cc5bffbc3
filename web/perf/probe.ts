/** Runs in the page before anything else, and measures from inside of it: from the event to the frame after the wanted thing is there. */

/** What can be waited for; each says whether it is there now. */
export type Wanted =
  | "rows"
  | "cards"
  | "count changed"
  | "head changed"
  | "dialog closed"
  | "command"
  | "hit"
  | "properties"
  | "text"
  | "row changed"
  | "frame"
  | "columns changed";

export interface Probe {
  /** Milliseconds from the start of the navigation to the first rows or cards. */
  firstRows: number | null;
  /** Those to the name of the workspace in the sidebar. */
  firstShell: number | null;
  /** Those of every long task, with when it began. */
  readonly tasks: { start: number; duration: number }[];
  result: Promise<number>;
  watch(wanted: Wanted): void;
  startFrames(): void;
  stopFrames(): number[];
  /** How long a loop of always the same work takes here and now: what other times are multiples of. */
  calibrate(): number;
}

declare global {
  interface Window {
    perf: Probe;
  }
}

/** Self-contained: its source is sent to the page. */
export function installProbe(): void {
  const text = (selector: string) => document.querySelector(selector)?.textContent ?? null;
  const there = (selector: string) => document.querySelector(selector) !== null;
  const now = () => ({
    count: text("header .tabular"),
    head: text(".group-head"),
    row: document.querySelector("[data-focused]")?.outerHTML,
    hit: text('[role="dialog"] [role="listbox"]'),
    columns: [...document.querySelectorAll(".board-head")].map((head) => head.textContent).join(),
  });
  let before = now();
  const checks: Record<Wanted, () => boolean> = {
    rows: () => there(".item-row"),
    cards: () => there(".card"),
    "count changed": () => now().count !== before.count,
    "head changed": () => now().head !== before.head,
    "dialog closed": () => !there('[role="dialog"]'),
    command: () => there('[role="dialog"] [role="option"]'),
    hit: () => now().hit !== before.hit,
    properties: () => there('aside.peek [aria-label="Properties"]'),
    text: () =>
      there('aside.peek [aria-label="Properties"]') &&
      there('aside.peek [aria-label="Description"], aside.peek .text-faint'),
    frame: () => true,
    "row changed": () => now().row !== before.row,
    "columns changed": () => now().columns !== before.columns,
  };
  let running = false;
  let frames: number[] = [];

  const perf: Probe = {
    firstRows: null,
    firstShell: null,
    tasks: [],
    result: Promise.resolve(0),
    watch(wanted) {
      before = now();
      perf.result = new Promise((resolve, reject) => {
        let start: number | null = null;
        const begin = (event: Event) => {
          start ??= event.timeStamp;
        };
        for (const type of ["keydown", "pointerdown", "input", "change", "drop"]) {
          addEventListener(type, begin, { capture: true, once: true });
        }
        const look = () => {
          if (start === null || !checks[wanted]()) return requestAnimationFrame(look);
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - (start ?? 0));
          return channel.port2.postMessage(0);
        };
        requestAnimationFrame(look);
        setTimeout(() => reject(new Error(`${wanted}: not there after 20 seconds`)), 20_000);
      });
    },
    startFrames() {
      frames = [];
      running = true;
      let last = performance.now();
      const next = (at: number) => {
        frames.push(at - last);
        last = at;
        if (running) requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    },
    stopFrames() {
      running = false;
      return frames.slice(1);
    },
    calibrate() {
      const start = performance.now();
      const list = Array.from({ length: 60_000 }, (_, place) => (place * 7919) % 60_013);
      const names = new Map(list.map((number) => [`item ${number}`, number]));
      [...names.keys()].sort();
      return performance.now() - start;
    },
  };
  window.perf = perf;
  const first = () => {
    if (perf.firstShell === null && there('nav[aria-label="Workspace"] a')) perf.firstShell = performance.now();
    if (there(".item-row, .card")) perf.firstRows = performance.now();
    else requestAnimationFrame(first);
  };
  requestAnimationFrame(first);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) perf.tasks.push({ start: startTime, duration });
  }).observe({ type: "longtask", buffered: true });
}
