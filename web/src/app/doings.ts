/** What the user did, in its order: changes of items, which the engine takes back, and acts that it does not know of. */

export interface Doing {
  /** What the engine knows it by, where it is of the engine. */
  readonly step?: string;
  /** Both say what came of it. False: it could not be begun, and all stays as it is. */
  readonly undo: () => boolean;
  readonly redo: () => boolean;
}

/** As many as the engine keeps of its own, so that it has each of its steps that is here. */
const MOST = 20;

export const GONE = "That cannot be taken back any more";

export class Doings {
  private done: readonly Doing[] = [];
  /** The one taken back last is at the end. */
  private undone: readonly Doing[] = [];

  did(doing: Doing): void {
    this.done = [...this.done, doing].slice(-MOST);
    // What was taken back before is not to come on top of it.
    this.undone = [];
  }

  /** Takes back what was done last; `only`: this one, if it is the last. False: there is none. */
  undo(only?: Doing): boolean {
    const doing = this.done.at(-1);
    if (!doing || (only && only !== doing)) return false;
    if (doing.undo() && this.done.includes(doing)) {
      this.done = without(this.done, doing);
      this.undone = [...this.undone, doing];
    }
    return true;
  }

  redo(): boolean {
    const doing = this.undone.at(-1);
    if (!doing) return false;
    if (doing.redo() && this.undone.includes(doing)) {
      this.undone = without(this.undone, doing);
      this.done = [...this.done, doing];
    }
    return true;
  }

  /** It did not come about, or stands no more. */
  forget(doing: Doing): void {
    this.done = without(this.done, doing);
    this.undone = without(this.undone, doing);
  }

  forgetStep(step: string): void {
    const doing = [...this.done, ...this.undone].find((other) => other.step === step);
    if (doing) this.forget(doing);
  }

  /** Taking it back did not come about: it is the last that was done, unless something else was done since. */
  stands(doing: Doing): void {
    if (!this.undone.includes(doing)) return;
    this.undone = without(this.undone, doing);
    this.done = [...this.done, doing];
  }

  /** What cannot be taken back says so once, so that nobody takes back what was before it by mistake. */
  didForGood(say: () => void): Doing {
    const doing: Doing = {
      undo: () => {
        this.forget(doing);
        say();
        return false;
      },
      redo: () => false,
    };
    this.did(doing);
    return doing;
  }

  clear(): void {
    this.done = [];
    this.undone = [];
  }
}

function without(doings: readonly Doing[], doing: Doing): readonly Doing[] {
  return doings.filter((other) => other !== doing);
}

export const doings = new Doings();
