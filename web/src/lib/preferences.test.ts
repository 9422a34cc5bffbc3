import { beforeEach, describe, expect, it, vi } from "vitest";

/** As a page that is loaded anew. */
async function load() {
  vi.resetModules();
  return import("./preferences.ts");
}

describe("preferences", () => {
  beforeEach(() => localStorage.clear());

  it("last over a reload", async () => {
    const first = await load();
    first.setPreference("theme", "dark");
    first.setPreference("singleKeys", false);
    const second = await load();
    expect(second.preferences()).toEqual({ ...second.defaults, theme: "dark", singleKeys: false });
  });

  it("pass over what is of another kind or not known", async () => {
    const stored = { theme: "purple", density: "comfortable", singleKeys: "no", account: "me", junk: 1 };
    localStorage.setItem("aileron.preferences", JSON.stringify(stored));
    const { defaults, preferences } = await load();
    expect(preferences()).toEqual({ ...defaults, density: "comfortable" });
  });

  it("are the usual ones when the store holds no JSON", async () => {
    localStorage.setItem("aileron.preferences", "{");
    const { defaults, preferences } = await load();
    expect(preferences()).toEqual(defaults);
  });

  it("hold for the page when nothing can be stored", async () => {
    const { preferences, setPreference } = await load();
    const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    setPreference("density", "comfortable");
    full.mockRestore();
    expect(preferences().density).toBe("comfortable");
  });
});
