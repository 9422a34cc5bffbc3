// Sets the theme before the first paint; src/app/theme.ts keeps it from then on.
(() => {
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("aileron.preferences")) ?? {};
  } catch {}
  const says = (query) => matchMedia(query).matches;
  const system = says("(prefers-contrast: more)")
    ? "contrast"
    : says("(prefers-color-scheme: dark)")
      ? "dark"
      : "light";
  const { dataset } = document.documentElement;
  dataset.theme = ["light", "dark", "contrast"].includes(chosen.theme) ? chosen.theme : system;
  dataset.density = chosen.density === "comfortable" ? "comfortable" : "compact";
})();
