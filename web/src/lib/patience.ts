/** Gives a request up when nothing comes for so long: over a connection that is dead without knowing it, browsers wait for minutes. */
export class Patience {
  private readonly stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly wait: number) {
    this.more();
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Something came. */
  more(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop.abort(), this.wait);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** How long a server that works, and a network that is one, may be silent. */
export const PATIENCE = 30_000;
