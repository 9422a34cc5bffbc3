import { describe, expect, it } from "vitest";
import type { Engine } from "../sync/contract.ts";
import type { Project, WorkItem } from "../sync/rows.ts";
import { itemHits, projectHits } from "./find.ts";

const projects = [
  project("p1", "ENG", "Engines"),
  project("p2", "OPS", "Operations"),
  project("p3", "OLD", "Over", "2026-01-01"),
];
const items = [
  item("p1", 1, "Grind the number wheels"),
  item("p1", 12, "Wheel out the old ones", "2026-11-02"),
  item("p1", 120, "Order a crank"),
  item("p2", 12, "Oil every wheel", "2026-11-01"),
  item("p2", 13, "Old wheels", "2026-11-09", "2026-11-10"),
  ...Array.from({ length: 900 }, (_, index) => item("p2", 1000 + index, `Noise ${index}`, "2025-01-01")),
];
const tables = { project: table(projects), work_item: table(items) };
const engine = { table: (entity: "project" | "work_item") => tables[entity] } as unknown as Engine;

function project(id: string, identifier: string, name: string, archived_at: string | null = null): Project {
  return { id, identifier, name, archived_at, member_role: 15 } as Project;
}

function item(
  of: string,
  sequence_id: number,
  name: string,
  updated_at = "2026-01-01",
  completed_at: string | null = null,
) {
  return { id: `${of} ${sequence_id}`, project: of, sequence_id, name, updated_at, completed_at } as WorkItem;
}

function table<T extends { id: string }>(rows: readonly T[]) {
  return { all: () => rows, get: (id: string) => rows.find((row) => row.id === id) };
}

const keys = (query: string, most = 5) => itemHits(engine, query, most).map(({ key }) => key);

describe("items in the palette", () => {
  it("are found by their key, the exact one first", () => {
    expect(keys("eng-12")).toEqual(["ENG-12", "ENG-120"]);
    expect(keys("12").slice(0, 2).sort()).toEqual(["ENG-12", "OPS-12"]);
    expect(keys("xyz-12")).toEqual([]);
  });

  it("are found by words of their title: at its start first, what is done last, then the newest", () => {
    expect(keys("wheel")).toEqual(["ENG-12", "OPS-12", "ENG-1", "OPS-13"]);
    expect(keys("wheels grind")).toEqual(["ENG-1"]);
  });

  it("lead to the one that is meant, also before they have a number", () => {
    const fresh = [item("p1", 0, "Cut a gear"), item("p1", 0, "Cut another gear")];
    const [first, second] = fresh.map((row, index) => ({ ...row, id: `01980000-0000-7000-8000-00000000000${index}` }));
    const held = { project: table(projects), work_item: table([first, second] as WorkItem[]) };
    const own = { table: (entity: "project" | "work_item") => held[entity] } as unknown as Engine;
    const [hit] = itemHits(own, "another", 5);
    expect(hit).toMatchObject({ key: "ENG-…", address: `ENG-${second?.id}` });
    expect(itemHits(own, "eng-0", 5)).toEqual([]);
  });

  it("are the best of very many", () => {
    expect(keys("noise 77", 3)).toEqual(["OPS-1077", "OPS-1770", "OPS-1771"]);
    expect(keys("e", 2)).toHaveLength(2);
    expect(keys("")).toEqual([]);
  });
});

it("finds projects that one is in and that are not over", () => {
  expect(projectHits(engine, "").map(({ id }) => id)).toEqual(["p1", "p2"]);
  expect(projectHits(engine, "ops").map(({ id }) => id)).toEqual(["p2"]);
});
