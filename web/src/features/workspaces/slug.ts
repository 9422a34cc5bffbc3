import { fold } from "../../lib/match.ts";

/** An address for a workspace of this name. */
export function slugOf(name: string): string {
  return fold(name)
    .replaceAll("ß", "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48);
}

/** The letters before the numbers of a project's items: initials of several words, else the start of the one. */
export function identifierOf(name: string): string {
  const words = fold(name)
    .replaceAll("ß", "ss")
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? words.map((word) => word.charAt(0)).join("") : (words[0] ?? "").slice(0, 3);
  return letters.slice(0, 5).toUpperCase();
}
