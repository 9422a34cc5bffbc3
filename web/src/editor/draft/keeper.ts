/** Writes what is typed while it is typed, not only in a pause, and at once when the page may go. */

const EVERY = 200;

export class Keeper {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #write: (() => void) | null = null;

  /** Something was typed, which `write` keeps. */
  edited(write: () => void): void {
    this.#write = write;
    this.#timer ??= setTimeout(this.flush, EVERY);
  }

  /** Keeps at once what is not kept yet. */
  flush = (): void => {
    const write = this.#write;
    this.drop();
    write?.();
  };

  /** Nothing of what was typed is to be kept any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write = null;
  }

  /** Until the returned function is called, which flushes too. */
  watch(): () => void {
    const hidden = () => document.visibilityState === "hidden" && this.flush();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      this.flush();
    };
  }
}
