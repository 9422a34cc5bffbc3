import { expect, test } from "vitest";
import type { Mutation } from "./contract.ts";
import { merged } from "./merge.ts";
import { isWritable, requestFor } from "./routes.ts";

const send = (mutation: Mutation) => requestFor(mutation, "p", "k");

test("a work item is made with what the request takes; counts and what is empty are left out", () => {
  const row = {
    project: "p",
    name: "x",
    type: "t",
    parent: null,
    assignees: ["u"],
    sub_items_count: 0,
    sequence_id: 0,
  };
  const extra = { description_html: "<p>y</p>" };
  expect(send({ kind: "create", entity: "work_item", id: "i", row, extra })).toEqual({
    method: "POST",
    path: "projects/p/work-items/",
    body: { name: "x", type_id: "t", assignees: ["u"], description_html: "<p>y</p>" },
    key: "k",
  });
});

test("a change says null where something is taken away", () => {
  const patch = { parent: null, target_date: null, updated_at: "2026" };
  expect(send({ kind: "update", entity: "work_item", id: "i", patch })).toEqual({
    method: "PATCH",
    path: "projects/p/work-items/i/",
    body: { parent: null, target_date: null },
    key: "k",
  });
});

test("states, labels and projects have their own addresses", () => {
  expect(send({ kind: "delete", entity: "state", id: "s" })).toEqual({
    method: "DELETE",
    path: "projects/p/states/s/",
    key: "k",
  });
  expect(send({ kind: "update", entity: "label", id: "l", patch: { name: "n" } }).path).toBe("projects/p/labels/l/");
  expect(send({ kind: "create", entity: "project", id: "q", row: { name: "n", network: 0 } })).toMatchObject({
    path: "projects/",
    body: { name: "n", visibility: "secret" },
  });
});

test("a deleted item comes back by a request of its own", () => {
  const restore: Mutation = { kind: "restore", entity: "work_item", id: "i", row: { project: "p", name: "x" } };
  expect(send(restore)).toEqual({ method: "POST", path: "projects/p/work-items/i/restore/", key: "k" });
});

test("a project is published and archived by what the API has for it", () => {
  const patch = (patch: object): Mutation => ({ kind: "update", entity: "project", id: "q", patch: { ...patch } });
  expect(send(patch({ network: 2 })).body).toEqual({ visibility: "public" });
  expect(send(patch({ archived_at: "2026-01-01" }))).toEqual({ method: "POST", path: "projects/q/archive/", key: "k" });
  expect(send(patch({ archived_at: null }))).toMatchObject({ method: "DELETE", path: "projects/q/archive/" });
});

test("an item goes into the archive and out of it by what the API has for it", () => {
  const patch = (archived_at: string | null): Mutation => ({
    kind: "update",
    entity: "work_item",
    id: "i",
    patch: { archived_at },
  });
  const path = "projects/p/work-items/i/";
  expect(send(patch("2026-01-01"))).toEqual({ method: "POST", path: `${path}archive/`, key: "k" });
  expect(send(patch(null))).toEqual({ method: "DELETE", path: `${path}unarchive/`, key: "k" });
});

test("an item comes into cycles and modules, and out of them, by what these have for it", () => {
  const made = (part: object): Mutation => ({ kind: "update", entity: "work_item", id: "i", patch: {}, ...part });
  const cycles = "projects/p/cycles/c/cycle-issues/";
  const modules = "projects/p/modules/m/module-issues/";
  expect(send(made({ patch: { cycle: "c" } }))).toMatchObject({
    method: "POST",
    path: cycles,
    body: { issues: ["i"] },
  });
  expect(send(made({ patch: { cycle: null }, from: "c" }))).toEqual({
    method: "DELETE",
    path: `${cycles}i/`,
    key: "k",
  });
  const module = (change: object) => made({ lists: { modules: { added: [], removed: [], ...change } } });
  expect(send(module({ added: ["m"] }))).toMatchObject({ method: "POST", path: modules, body: { issues: ["i"] } });
  expect(send(module({ removed: ["m"] }))).toMatchObject({ method: "DELETE", path: `${modules}i/` });
});

test("what the engine does not write is said at once", () => {
  const change: Mutation = { kind: "update", entity: "member", id: "m", patch: {} };
  expect(isWritable(change)).toBe(false);
  expect(() => send(change)).toThrow("member");
});

test("changes of one row become one, changes of different rows and after an end do not", () => {
  const change = (mutation: Mutation) => ({ order: "1", key: "k1", step: "s", label: "l", lane: "p", mutation });
  const update = (id: string, patch: object): Mutation => ({
    kind: "update",
    entity: "label",
    id,
    patch: { ...patch },
  });
  const both = merged(change(update("a", { name: "1", color: "c" })), {
    ...change(update("a", { name: "2" })),
    key: "k2",
  });
  expect(both).toMatchObject({ key: "k1", mutation: { patch: { name: "2", color: "c" } } });
  expect(merged(change(update("a", {})), change(update("b", {})))).toBeNull();
  expect(merged(change({ kind: "delete", entity: "label", id: "a" }), change(update("a", {})))).toBeNull();
  expect(merged(change(update("a", {})), change({ kind: "delete", entity: "label", id: "a" }))).toBeNull();
  const item = { entity: "work_item", id: "a" } as const;
  expect(
    merged(change({ ...item, kind: "restore", row: {} }), change({ ...item, kind: "update", patch: {} })),
  ).toBeNull();
});
