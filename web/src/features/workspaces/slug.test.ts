import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifierOf, slugOf } from "./slug.ts";

describe("suggestions from a name", () => {
  it("are an address that the server takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(slugOf(name)).toMatch(/^[a-z0-9-]{0,48}$/);
      }),
    );
    expect(slugOf("  Äther & Söhne (Straße) ")).toBe("ather-sohne-strasse");
  });

  it("are letters for the items", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(identifierOf(name)).toMatch(/^[A-Z0-9]{0,5}$/);
      }),
    );
    expect(
      ["Platform", "Web shop", "Data Platform Überall", "IT", "The one we do not talk about"].map(identifierOf),
    ).toEqual(["PLA", "WS", "DPU", "IT", "TOWDN"]);
  });
});
