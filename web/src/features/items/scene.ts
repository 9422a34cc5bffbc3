/** The list or board on the screen, for commands: what it shows and how it is changed. */

import type { Id } from "../../sync/rows.ts";
import type { View } from "../../sync/view-spec.ts";
import type { ViewSettings } from "../views/search.ts";

export interface Scene {
  /** The name under which its view is remembered. */
  readonly scope: string;
  readonly title: string;
  readonly project: Id | null;
  /** The address of the workspace, such as `/acme`. */
  readonly base: string;
  readonly canCreate: boolean;
  /** Shows an item beside the list. */
  readonly open: (id: Id) => void;
}

export interface Stage {
  readonly scene: Scene;
  readonly view: View;
  readonly settings: ViewSettings;
  readonly change: (changes: Partial<ViewSettings>) => void;
  readonly peek: string | null;
  readonly closePeek: () => void;
}

let stage: Stage | null = null;
let order: readonly Id[] = [];

export function setStage(next: Stage | null): void {
  stage = next;
  if (next) order = next.view.ids;
}

/** The items of the list or board that was on the screen last, in its order: a page walks along them. */
export function lastOrder(): readonly Id[] {
  return order;
}

export function currentStage(): Stage | null {
  return stage;
}
