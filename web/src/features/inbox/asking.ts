/**
 * When the server is asked what is new: soon after something happened, but one thing at a time, only while somebody looks, the more seldom the longer
 * it has nothing new, and not by all at the same instant.
 */

export type Task = () => Promise<unknown>;

/** So that what comes in a burst is asked for once. */
const SETTLE = 300;
/** All who look at the workspace hear of a change at once: within so much time each asks at his own. */
const SETTLE_SPREAD = 700;
/** Between two rounds; twice as much after each that had nothing new, as most of what happens somewhere is told to others. */
const GAP = 2_000;
const MOST_GAP = 30_000;
/** Notifications are made after the change that they tell of, by a server that may be busy: then once more. */
const LATE = 8_000;
const LATE_SPREAD = 4_000;
/** What was put off comes back without anything happening. */
const HEARTBEAT = 300_000;

export class Asking {
  private readonly tasks = new Set<Task>();
  private wanted = false;
  private running = false;
  private held = 0;
  private begun = 0;
  private gap = GAP;
  /** Whether there was something new since the last round began. */
  private found = false;
  private endedAt = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private late: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  /** When what was put off here is back. */
  private readonly due = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly isSeen: () => boolean,
    private readonly random: () => number = Math.random,
  ) {}

  /** Begins with the first task, and rests when the last one is taken away. */
  add(task: Task): () => void {
    this.tasks.add(task);
    this.beat ??= setInterval(() => this.soon(), HEARTBEAT);
    return () => {
      this.tasks.delete(task);
      if (this.tasks.size > 0) return;
      for (const timer of [this.timer, this.late, this.beat, ...this.due.values()]) clearTimeout(timer);
      this.due.clear();
      this.timer = this.late = this.beat = undefined;
    };
  }

  /** Something happened of which one may have been told. */
  news(): void {
    this.soon();
    clearTimeout(this.late);
    this.late = setTimeout(() => this.soon(), LATE + this.random() * LATE_SPREAD);
  }

  soon(): void {
    this.wanted = true;
    this.schedule();
  }

  /** There was something new, or somebody is at it: more may come, and is not waited for long. */
  brisk(): void {
    this.found = true;
    if (this.gap === GAP) return;
    this.gap = GAP;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.schedule();
  }

  /** At this instant something is back. */
  at(instant: number): void {
    const wait = instant - Date.now() + 1_000;
    // Longer timers run out at once; the heartbeat sees to those.
    if (this.due.has(instant) || wait > 2 ** 31 - 1) return;
    const back = () => {
      this.due.delete(instant);
      this.soon();
    };
    this.due.set(instant, setTimeout(back, wait));
  }

  /** How much was changed. While something is being changed it equals nothing: what is answered then may be from before it. */
  get changes(): number {
    return this.held > 0 ? Number.NaN : this.begun;
  }

  /** Nothing is asked until the returned function is called: what would be answered is being changed. */
  hold(): () => void {
    this.held++;
    this.begun++;
    this.brisk();
    return () => {
      this.held--;
      this.soon();
    };
  }

  private schedule(): void {
    const ready = this.wanted && !this.running && this.held === 0 && this.tasks.size > 0 && this.isSeen();
    if (!ready || this.timer !== undefined) return;
    // A time in which nothing was asked is no reason to wait longer.
    if (Date.now() - this.endedAt > 2 * MOST_GAP) this.gap = GAP;
    const wait = Math.max(SETTLE + this.random() * SETTLE_SPREAD, this.endedAt + this.gap - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.run();
    }, wait);
  }

  private async run(): Promise<void> {
    // Hidden, or held, since: `soon` is called when that is over.
    if (this.running || this.held > 0 || !this.isSeen()) return;
    this.wanted = false;
    this.found = false;
    this.running = true;
    try {
      // Why one failed is for it to say; the others are asked all the same.
      for (const task of [...this.tasks]) {
        if (this.held > 0) this.wanted = true;
        else await task().catch(() => undefined);
      }
    } finally {
      this.running = false;
      this.endedAt = Date.now();
      this.gap = this.found ? GAP : Math.min(MOST_GAP, 2 * this.gap);
      this.schedule();
    }
  }
}
