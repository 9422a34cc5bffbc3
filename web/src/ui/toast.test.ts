import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { ToastLayer, toast } from "./toast.tsx";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("what stays is not pushed away by what goes by itself", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  await act(() => root.render(createElement(ToastLayer)));
  await act(() => {
    toast("Stays", { ms: 0 });
    for (const name of ["One", "Two", "Three"]) toast(name);
  });
  const shown = [...place.querySelectorAll("p")].map((line) => line.textContent);
  expect(shown).toEqual(["Stays", "Two", "Three"]);
  await act(() => root.unmount());
});
