/** Joins class names, leaving out what is not there. */
export function cx(...names: readonly (string | boolean | null | undefined)[]): string {
  return names.filter((name) => typeof name === "string" && name !== "").join(" ");
}
