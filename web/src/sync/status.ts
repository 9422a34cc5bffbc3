/** How the engine stands, as one value that is replaced when something changes. */

import type { Status } from "./contract.ts";
import { Signal } from "./signals.ts";

export class StatusStore {
  private status: Status = {
    phase: "starting",
    online: isOnline(),
    unsent: 0,
    texts: 0,
    kept: true,
    persisted: false,
    error: null,
  };
  readonly changed = new Signal<void>();

  get(): Status {
    return this.status;
  }

  set(part: Partial<Status>): void {
    const next = { ...this.status, ...part };
    // These are final.
    if (this.isOver) next.phase = this.status.phase;
    const same = (Object.keys(next) as (keyof Status)[]).every((key) => next[key] === this.status[key]);
    if (same) return;
    this.status = next;
    this.changed.tell();
  }

  get isOver(): boolean {
    return ["signed_out", "forbidden", "outdated"].includes(this.status.phase);
  }
}

function isOnline(): boolean {
  return typeof navigator === "undefined" || navigator.onLine !== false;
}
