import { expect, it } from "vitest";
import type { Engine } from "../../sync/contract.ts";
import type { Project, WorkItem } from "../../sync/rows.ts";
import { addressOf, itemAt, keyOf, parseAddress } from "./address.ts";

const project = { id: "p", identifier: "ENG" } as Project;
const other = { id: "q", identifier: "OPS" } as Project;
const uuid = (last: string) => `01980000-0000-7000-8000-${last.padStart(12, "0")}`;
const items = [item(uuid("1"), "p", 0), item(uuid("2"), "p", 0), item(uuid("3"), "p", 42), item(uuid("4"), "q", 42)];
const tables = { project: table([project, other]), work_item: table(items) };
const engine = { table: (entity: "project" | "work_item") => tables[entity] } as unknown as Engine;

function item(id: string, of: string, sequence_id: number): WorkItem {
  return { id, project: of, sequence_id } as WorkItem;
}

function table<T extends { id: string }>(rows: readonly T[]) {
  return { all: () => rows, get: (id: string) => rows.find((row) => row.id === id) };
}

it("each item is found by its own address, also those without a number", () => {
  for (const one of items) {
    const address = addressOf(one.project === "p" ? project : other, one);
    expect(itemAt(engine, address)?.id, address).toBe(one.id);
  }
});

it("a number is an address as soon as there is one, and never 0", () => {
  expect(addressOf(project, item("x", "p", 42))).toBe("ENG-42");
  expect(itemAt(engine, "eng-42")?.id).toBe(uuid("3"));
  expect(itemAt(engine, "ENG-0")).toBeNull();
  expect(itemAt(engine, "ENG-…")).toBeNull();
  expect(keyOf(project, item("x", "p", 0))).toBe("ENG-…");
});

it("an id counts below the letters of its own project only", () => {
  expect(itemAt(engine, `OPS-${uuid("1")}`)).toBeNull();
  expect(itemAt(engine, uuid("1"))).toBeNull();
  expect(parseAddress(`ENG-${uuid("123456789012")}`)).toEqual({
    letters: "ENG",
    number: null,
    id: uuid("123456789012"),
  });
});
