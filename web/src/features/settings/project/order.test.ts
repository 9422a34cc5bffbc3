import fc from "fast-check";
import { expect, it } from "vitest";
import { type Ordered, orderAt } from "./order.ts";

it("puts it where it was let go", () => {
  const orders = fc.uniqueArray(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 12 });
  fc.assert(
    fc.property(orders, fc.nat(12), (numbers, at) => {
      const others: Ordered[] = numbers.sort((a, b) => a - b).map((order) => ({ id: String(order), order }));
      const index = Math.min(at, others.length);
      const all = [...others, { id: "new", order: orderAt(others, index) }].sort((a, b) => a.order - b.order);
      expect(all.findIndex(({ id }) => id === "new")).toBe(index);
    }),
  );
});
