import { expect, test } from "vitest";
import type { Label } from "./rows.ts";
import { RowTable } from "./table.ts";

const label = (version: number, name: string): Label => {
  return { id: "l", version, project: "p", name, color: "#000", parent: null, sort_order: 1 };
};
const plain = () => new RowTable<"label">("label", (_, row) => row);

test("an older row or end does not undo a newer row", () => {
  const table = plain();
  table.put(label(5, "new"));
  table.put(label(4, "old"));
  expect(table.get("l")?.name).toBe("new");
  table.remove("l", 4);
  expect(table.get("l")?.name).toBe("new");
  table.remove("l", 6);
  expect(table.get("l")).toBeUndefined();
});

test("the version of the table grows once a burst, and the changed rows are named once", () => {
  const table = plain();
  table.put(label(1, "a"));
  table.put(label(2, "b"));
  expect([...table.takeChanged()]).toEqual(["l"]);
  expect(table.version).toBe(1);
  expect(table.takeChanged().size).toBe(0);
  expect(table.version).toBe(1);
});

test("a listener that ends another one during the telling does no harm", () => {
  const table = plain();
  const told: string[] = [];
  const end = table.subscribe(() => {
    told.push("first");
    end();
  });
  table.subscribe(() => told.push("second"));
  table.put(label(1, "a"));
  table.tell(table.takeChanged());
  expect(told).toEqual(["first", "second"]);
});
