/** Colours that states and labels are given. They are data: kept by the server and the same in all themes. */
export const COLORS: readonly (readonly [string, string])[] = [
  ["#8a8f98", "Grey"],
  ["#6b7685", "Slate"],
  ["#d1453b", "Red"],
  ["#e0762f", "Orange"],
  ["#d9a514", "Yellow"],
  ["#7aa516", "Lime"],
  ["#2e9e5b", "Green"],
  ["#1a9c96", "Teal"],
  ["#2b86d6", "Blue"],
  ["#5b6bd8", "Indigo"],
  ["#8e5bd0", "Purple"],
  ["#cc4f96", "Pink"],
];

/** Another one than those in use, while there is one. */
export function freshColor(used: readonly string[]): string {
  const free = COLORS.slice(2).find(([value]) => !used.includes(value));
  return free?.[0] ?? "#8a8f98";
}
