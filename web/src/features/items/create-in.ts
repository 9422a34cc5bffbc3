/** Begins an item in a group: with what the group's items share already set. */

import { openCreate } from "../create/store.ts";
import type { ViewSettings } from "../views/search.ts";
import type { Scene } from "./scene.ts";

export function createIn(scene: Scene, settings: ViewSettings, keys: { group: string; subgroup: string | null }): void {
  openCreate({
    project: scene.project,
    groups: [
      { key: settings.group, value: keys.group },
      { key: settings.sub, value: keys.subgroup ?? "" },
    ],
  });
}
