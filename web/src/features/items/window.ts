/** The part of the lines that is in sight, heads of groups that stick at the top included. */

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useMemo } from "react";
import { usePreference } from "../../lib/preferences.ts";
import type { Line } from "./flat.ts";
import { useCoarse } from "./narrow.ts";

export const headHeight = 36;
const narrowHeight = 72;

export interface WindowItem {
  readonly index: number;
  readonly start: number;
  /** Where it sticks, in px from the top; null: it scrolls. */
  readonly sticky: number | null;
}

export interface Window {
  readonly items: readonly WindowItem[];
  readonly total: number;
  readonly scrollToIndex: (index: number) => void;
}

export function useRowHeight(narrow: boolean): number {
  const density = usePreference("density");
  const coarse = useCoarse();
  if (narrow) return narrowHeight;
  if (coarse) return 44;
  return density === "comfortable" ? 40 : 32;
}

/** `row`: how high a line is that is no head of a group. */
export function useWindow(lines: readonly Line[], scroller: RefObject<HTMLElement | null>, row: number): Window {
  const heads = useMemo(() => headsOf(lines), [lines]);
  const deep = heads.some(({ level }) => level === 1);
  // A new function makes the virtualiser lay all lines out again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines or heights are another layout
  const getItemKey = useCallback((index: number) => index, [lines, row]);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const sticky = stickyHeads(heads, range.startIndex);
      const visible = defaultRangeExtractor(range);
      return [...sticky.filter((index) => index < (visible[0] ?? 0)), ...visible];
    },
    [heads],
  );
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      lines[index]?.kind === "head" ? headHeight : lines[index]?.kind === "add" ? Math.min(row, 44) : row,
    getItemKey,
    rangeExtractor,
    overscan: 6,
    scrollPaddingStart: heads.length === 0 ? 0 : deep ? 2 * headHeight : headHeight,
    scrollPaddingEnd: 8,
    useFlushSync: false,
  });
  const sticky = virtualizer.range ? stickyHeads(heads, virtualizer.range.startIndex) : [];
  return {
    items: virtualizer.getVirtualItems().map(({ index, start }) => {
      const at = sticky.indexOf(index);
      return { index, start, sticky: at < 0 ? null : at * headHeight };
    }),
    total: virtualizer.getTotalSize(),
    scrollToIndex: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
  };
}

interface Head {
  readonly index: number;
  readonly level: 0 | 1;
}

function headsOf(lines: readonly Line[]): Head[] {
  const heads: Head[] = [];
  for (const [index, line] of lines.entries()) if (line.kind === "head") heads.push({ index, level: line.level });
  return heads;
}

/** The head of the group at the top of the sight, and below it that of the subgroup. */
function stickyHeads(heads: readonly Head[], start: number): number[] {
  const group = lastUpTo(heads, 0, start);
  if (group === null) return [];
  const subgroup = lastUpTo(heads, 1, start + 1);
  return subgroup !== null && subgroup > group ? [group, subgroup] : [group];
}

function lastUpTo(heads: readonly Head[], level: 0 | 1, index: number): number | null {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((heads[middle]?.index ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0; at--) {
    const head = heads[at];
    if (head?.level === level) return head.index;
  }
  return null;
}
