import { expect, it } from "vitest";
import { emojiOf } from "./icon.tsx";

it("reads emojis however they were kept", () => {
  const kept = ["128640", "128104-8205-128187", "🚀", "", "9999999999", 5];
  expect(kept.map((value) => emojiOf({ emoji: { value } }))).toEqual(["🚀", "👨‍💻", "🚀", null, null, null]);
  expect([null, {}, { emoji: null }].map(emojiOf)).toEqual([null, null, null]);
});
