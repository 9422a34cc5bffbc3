/** The keyboard's twin of dragging: chosen items one place up or down, or into the group beside. */

import type { CommandContext } from "../../commands/registry.ts";
import type { Id } from "../../sync/rows.ts";
import { toast } from "../../ui/toast.tsx";
import { keysOf, pathOf } from "./flat.ts";
import { focusList } from "./focus.ts";
import { isSettable } from "./grouping.ts";
import { groupAt, lanesOf, moveItems, pathsOf } from "./moves.ts";
import type { Stage } from "./scene.ts";
import { currentStage } from "./scene.ts";
import { type Place, selection } from "./selection.ts";

export function moveInColumn(stage: Stage, { engine, items }: CommandContext, by: 1 | -1): void {
  const { focus } = selection.get();
  if (!engine || !focus) return;
  if (stage.settings.order.key !== "manual") {
    offerManual(stage);
    return;
  }
  const ids = groupAt(stage.view, focus.group)?.ids ?? [];
  const moved = inOrder(ids, items);
  const before = neighbour(ids, moved, by);
  if (before === undefined) return;
  moveItems(engine, stage.view, stage.settings, { ids: moved, from: focus.group, to: focus.group, before });
}

/** Before which item they come to stand one place on; undefined: they are at the edge already. */
export function neighbour(ids: readonly Id[], moved: readonly Id[], by: 1 | -1): Id | null | undefined {
  const places = moved.map((id) => ids.indexOf(id));
  if (places.length === 0 || places.some((place) => place < 0)) return undefined;
  if (by === -1) {
    const first = Math.min(...places);
    return first === 0 ? undefined : ids[first - 1];
  }
  const last = Math.max(...places);
  if (last === ids.length - 1) return undefined;
  return ids[last + 2] ?? null;
}

export function moveToGroup(stage: Stage, { engine, items }: CommandContext, by: 1 | -1): void {
  const { focus } = selection.get();
  const { group } = stage.settings;
  if (!engine || !focus || group === null) return;
  if (!isSettable(group)) {
    toast("Items cannot be moved between these groups", { key: "manual" });
    return;
  }
  const to = beside(stage, focus.group, by);
  if (to === null) return;
  const moved = inOrder(groupAt(stage.view, focus.group)?.ids ?? [], items);
  moveItems(engine, stage.view, stage.settings, { ids: moved, from: focus.group, to, before: null });
  selection.focus({ id: focus.id, group: to });
}

/** Into the same group of the lane above or below. */
export function moveToLane(stage: Stage, { engine, items }: CommandContext, by: 1 | -1): void {
  const { focus } = selection.get();
  const { sub } = stage.settings;
  const lanes = lanesOf(stage.view);
  if (!engine || !focus || sub === null || lanes === null) return;
  if (!isSettable(sub)) {
    toast("Items cannot be moved between these groups", { key: "manual" });
    return;
  }
  const { group, subgroup } = keysOf(focus.group);
  const next = lanes[lanes.indexOf(subgroup ?? "") + by];
  if (next === undefined) return;
  const to = pathOf(group, next);
  const moved = inOrder(groupAt(stage.view, focus.group)?.ids ?? [], items);
  moveItems(engine, stage.view, stage.settings, { ids: moved, from: focus.group, to, before: null });
  selection.focus({ id: focus.id, group: to });
}

/** The group beside this one; with subgroups, the same subgroup of it. */
function beside({ view }: Stage, path: string, by: 1 | -1): string | null {
  const { group, subgroup } = keysOf(path);
  const at = view.groups.findIndex(({ key }) => key === group);
  const next = view.groups[at + by];
  if (!next) return null;
  return subgroup === null ? pathOf(next.key) : pathOf(next.key, subgroup);
}

function inOrder(ids: readonly Id[], items: readonly Id[]): Id[] {
  const wanted = new Set(items);
  return [...ids.filter((id) => wanted.has(id)), ...items.filter((id) => !ids.includes(id))];
}

/** Moves the focus to the column beside, at about the same height. */
export function stepColumn(by: 1 | -1): void {
  const stage = currentStage();
  const { focus } = selection.get();
  if (!stage) return;
  const paths = pathsOf(stage.view).filter((path) => (groupAt(stage.view, path)?.ids.length ?? 0) > 0);
  const target = focus ? columnBeside(stage, paths, focus, by) : paths[0];
  if (target === undefined) return;
  const row = focus ? (groupAt(stage.view, focus.group)?.ids.indexOf(focus.id) ?? 0) : 0;
  const ids = groupAt(stage.view, target)?.ids ?? [];
  const id = ids[Math.min(Math.max(row, 0), ids.length - 1)];
  if (id !== undefined) selection.focus({ id, group: target });
  focusList();
}

/** Within a swim lane when there are some. */
function columnBeside(stage: Stage, paths: readonly string[], focus: Place, by: 1 | -1): string | undefined {
  const { subgroup } = keysOf(focus.group);
  const lane = stage.settings.sub === null ? paths : paths.filter((path) => keysOf(path).subgroup === subgroup);
  return lane[lane.indexOf(focus.group) + by];
}

/** Says why moving within a group does nothing, and offers what would. */
function offerManual(stage: Stage): void {
  toast("Items can be moved up and down when the order is manual", {
    key: "manual",
    action: { label: "Order manually", run: () => stage.change({ order: { key: "manual", desc: false } }) },
  });
}
