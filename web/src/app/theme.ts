/** Theme and density, as attributes of <html>. `public/theme.js` has set them before the first paint. */

import { preferences, subscribePreferences } from "../lib/preferences.ts";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const CONTRAST = matchMedia("(prefers-contrast: more)");

/** Follows the preferences and the system. */
export function startTheme(): void {
  apply();
  subscribePreferences(apply);
  DARK.addEventListener("change", apply);
  CONTRAST.addEventListener("change", apply);
}

function apply(): void {
  const { theme, density } = preferences();
  const system = CONTRAST.matches ? "contrast" : DARK.matches ? "dark" : "light";
  const { dataset } = document.documentElement;
  dataset.theme = theme === "system" ? system : theme;
  dataset.density = density;
  const background = getComputedStyle(document.documentElement).getPropertyValue("--bg-sunken");
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute("content", background);
}
