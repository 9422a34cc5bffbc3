import { expect, it } from "vitest";
import { initials } from "./avatar.tsx";

it("takes the letters of the first and the last word", () => {
  const names = ["Ada Lovelace", "ada", "Ada King von Lovelace", "ada.lovelace", "  ", "😀 x", "Éva"];
  expect(names.map(initials)).toEqual(["AL", "A", "AL", "AL", "?", "😀X", "É"]);
});
