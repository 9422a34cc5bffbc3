import { expect, it } from "vitest";
import { excerptOf } from "./excerpt.ts";

const names = (id: string) => (id === "u1" ? "Ada Lovelace" : null);
const mention = (id: string, name = "user_mention") =>
  `<mention-component entity_name="${name}" entity_identifier="${id}" label="ada"></mention-component>`;

it.each([
  ["<p>One</p><p>two &lt;b&gt; <b>three</b></p>", "One two <b> three"],
  ["<ul><li>a</li><li>b</li></ul>", "a b"],
  [`<p>See ${mention("u1")}, ${mention("u2")}</p>`, "See @Ada Lovelace, @ada"],
  [`<p>See ${mention("i1", "issue_mention")}</p>`, "See ada"],
  ["<p>Here: <img src=x onerror=alert(1)></p>", "Here: (picture)"],
  ["<p>a</p><script>alert(1)</script><style>p{}</style>", "a"],
  ["", ""],
])("%s", (html, text) => {
  expect(excerptOf(html, names)).toBe(text);
});

it("is bounded", () => {
  const text = excerptOf(`<p>${"word ".repeat(1000)}</p>`, names);
  expect(text.length).toBeLessThanOrEqual(401);
  expect(text.endsWith("…")).toBe(true);
});
