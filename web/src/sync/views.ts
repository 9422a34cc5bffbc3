/** The live views of an engine: one per spec, the last few kept ready. */

import type { Facts } from "./facts.ts";
import type { Changed } from "./replica.ts";
import { ItemView } from "./view.ts";
import type { ViewSpec } from "./view-spec.ts";

const KEPT = 12;

export class Views {
  private readonly views = new Map<string, ItemView>();
  private midnight: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly facts: Facts) {
    this.waitForMidnight();
  }

  of(spec: ViewSpec): ItemView {
    const name = nameOf(spec);
    const view = this.views.get(name) ?? new ItemView(spec, this.facts);
    this.views.delete(name);
    this.views.set(name, view);
    for (const [other, old] of this.views) {
      if (this.views.size <= KEPT) break;
      if (!old.active && old !== view) this.views.delete(other);
    }
    return view;
  }

  follow(changed: Changed): void {
    this.tell((view) => view.follow(changed));
  }

  close(): void {
    clearTimeout(this.midnight);
  }

  /** All views are right before the first listener looks at one. */
  private tell(moved: (view: ItemView) => boolean): void {
    for (const view of [...this.views.values()].filter(moved)) view.tell();
  }

  private waitForMidnight(): void {
    const now = new Date();
    const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 0, 0, 1);
    this.midnight = setTimeout(() => {
      this.tell((view) => view.newDay());
      this.waitForMidnight();
    }, next.getTime() - now.getTime());
  }
}

/** The same for specs that say the same, whatever the order of their fields. */
function nameOf({ project, filter, group, subgroup, order, subItems, archived, emptyGroups }: ViewSpec): string {
  return JSON.stringify([project, filter, group, subgroup, order.key, order.desc, subItems, archived, emptyGroups]);
}
