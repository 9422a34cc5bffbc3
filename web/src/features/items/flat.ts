/** The view as lines of one scroll: heads of groups, items, and where one can be added. */

import type { Id } from "../../sync/rows.ts";
import type { Group, View } from "../../sync/view-spec.ts";
import type { Place } from "./selection.ts";

export type Line =
  | {
      readonly kind: "head";
      readonly path: string;
      readonly group: Group;
      readonly level: 0 | 1;
      readonly open: boolean;
    }
  | { readonly kind: "item"; readonly path: string; readonly id: Id }
  | { readonly kind: "add"; readonly path: string };

/** Says which group of the screen is meant: its key, and that of its subgroup. */
export function pathOf(group: string, subgroup?: string): string {
  return subgroup === undefined
    ? encodeURIComponent(group)
    : `${encodeURIComponent(group)}/${encodeURIComponent(subgroup)}`;
}

export function keysOf(path: string): { group: string; subgroup: string | null } {
  const [group = "", subgroup] = path.split("/");
  return { group: decodeURIComponent(group), subgroup: subgroup === undefined ? null : decodeURIComponent(subgroup) };
}

export interface FlatOptions {
  readonly grouped: boolean;
  readonly collapsed: ReadonlySet<string>;
  /** Whether each group ends with a line to add to it. */
  readonly adding: boolean;
}

export function flatten(view: View, { grouped, collapsed, adding }: FlatOptions): Line[] {
  const lines: Line[] = [];
  for (const group of view.groups) {
    const path = pathOf(group.key);
    const open = !collapsed.has(path);
    if (grouped) lines.push({ kind: "head", path, group, level: 0, open });
    if (!open && grouped) continue;
    if (group.subgroups.length === 0) pushItems(lines, path, group, adding);
    for (const subgroup of group.subgroups) {
      const inner = pathOf(group.key, subgroup.key);
      const shown = !collapsed.has(inner);
      lines.push({ kind: "head", path: inner, group: subgroup, level: 1, open: shown });
      if (shown) pushItems(lines, inner, subgroup, adding);
    }
  }
  return lines;
}

function pushItems(lines: Line[], path: string, group: Group, adding: boolean): void {
  for (const id of group.ids) lines.push({ kind: "item", path, id });
  if (adding) lines.push({ kind: "add", path });
}

export function placesOf(lines: readonly Line[]): Place[] {
  const places: Place[] = [];
  for (const line of lines) if (line.kind === "item") places.push({ id: line.id, group: line.path });
  return places;
}
