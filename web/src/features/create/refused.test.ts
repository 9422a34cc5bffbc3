import "fake-indexeddb/auto";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Engine, Mutation } from "../../sync/contract.ts";
import { type ToastOptions, toast } from "../../ui/toast.tsx";
import { dropWritten, keepWritten, readWritten } from "./draft.ts";
import { keepRefused, offerRefused } from "./refused.ts";
import { closeCreate, useCreateRequest } from "./store.ts";

vi.mock("../../ui/toast.tsx", () => ({ toast: vi.fn() }));

const has = (id: string) => (id === "p1" ? { id } : undefined);
const engine = { slug: "acme", userId: "u1", table: () => ({ get: has }) } as unknown as Engine;
const create = (id: string, extra: Record<string, unknown> = {}): Mutation => ({
  kind: "create",
  entity: "work_item",
  id,
  row: { project: "p1", parent: null, name: `Name of ${id}` },
  extra,
});
const refused = (...mutations: Mutation[]) => ({
  label: "Created",
  reason: "No.",
  status: 400,
  mutations,
  requestId: null,
});
const shown = () => vi.mocked(toast).mock.calls.map(([, options]) => options as ToastOptions);

let open: unknown;
function Probe() {
  open = useCreateRequest();
  return null;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
});

afterEach(async () => {
  closeCreate();
  vi.mocked(toast).mockClear();
  vi.unstubAllGlobals();
  for (const refused of [undefined, "i1", "i2"]) dropWritten(engine, refused);
  await readWritten(engine);
});

test("what was written for a refused item is kept besides the next one, and opened again", async () => {
  keepWritten(engine, "name", "The next one");
  expect(keepRefused(engine, refused(create("i1", { description_html: "<p>Long</p>" })))).toBe(true);
  expect(await readWritten(engine, "i1")).toEqual({ name: "Name of i1", text: "<p>Long</p>" });
  expect(await readWritten(engine)).toEqual({ name: "The next one", text: "" });
  expect(shown()).toMatchObject([{ ms: 0, detail: "No.", action: { label: "Open again" } }]);
  const root = createRoot(document.createElement("div"));
  await act(() => root.render(createElement(Probe)));
  await act(() => shown()[0]?.action?.run());
  expect(open).toEqual({ project: "p1", again: "i1" });
  await act(() => root.unmount());
});

test("it is offered again at the next start, until it is made", async () => {
  keepRefused(engine, refused(create("i1")));
  vi.mocked(toast).mockClear();
  await offerRefused(engine);
  expect(shown()).toMatchObject([{ ms: 0, key: "refused-item/i1" }]);
  dropWritten(engine, "i1");
  vi.mocked(toast).mockClear();
  await offerRefused(engine);
  expect(shown()).toEqual([]);
});

test("other refusals, and copies without a text, are left to the ordinary message", () => {
  expect(keepRefused(engine, refused({ kind: "delete", entity: "work_item", id: "i1" }))).toBe(false);
  expect(keepRefused(engine, refused(create("i1"), create("i2")))).toBe(false);
  expect(shown()).toEqual([]);
});
