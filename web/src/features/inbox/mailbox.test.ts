import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../api/client.ts";
import { everything, type Filter, fitsFilter } from "./filter.ts";
import { Mailbox } from "./mailbox.ts";
import type { Notification } from "./remote.ts";
import { moment, notification } from "./testing.ts";

/** What the server has, the newest first. */
let all: Notification[];
let asked: string[];
let failing = false;
let boxes = 0;

beforeEach(() => {
  all = [];
  asked = [];
  failing = false;
});

function boxOf(filter: Filter = everything): Mailbox {
  return new Mailbox(filter, `test/${++boxes}`, async (size, number) => {
    asked.push(`${size}:${number}`);
    if (failing) throw new ApiError("The server failed.", 500, "r1", {});
    const rows = all.filter((row) => fitsFilter(filter, row));
    return { rows: rows.slice(size * number, size * (number + 1)), more: rows.length > size * (number + 1) };
  });
}

const many = (count: number) => Array.from({ length: count }, (_, at) => notification(`i${at}`, 1_000_000 - at));
const ids = (box: Mailbox) => box.get().rows?.map(({ id }) => id);
const server = (id: string, change: Partial<Notification>) => {
  all = all.map((row) => (row.id === id ? { ...row, ...change } : row));
};

describe("a mailbox", () => {
  it("loads page by page to the end, each row once", async () => {
    all = many(250);
    const box = boxOf();
    await box.open();
    expect(ids(box)).toHaveLength(100);
    await box.loadMore();
    await box.loadMore();
    expect(ids(box)).toEqual(all.map(({ id }) => id));
    expect(box.get().more).toBe(false);
    await box.loadMore();
    expect(asked).toEqual(["100:0", "100:1", "100:2"]);
  });

  it("misses none when some were put away meanwhile", async () => {
    all = many(250);
    const box = boxOf();
    await box.open();
    for (const row of all.slice(0, 7)) {
      const put = { ...row, archived_at: moment(1) };
      box.put([put]);
      server(row.id, put);
    }
    while (box.get().more) await box.loadMore();
    expect(ids(box)).toEqual(all.slice(7).map(({ id }) => id));
  });

  it("misses none when some came meanwhile", async () => {
    all = many(250);
    const box = boxOf();
    await box.open();
    all = [...Array.from({ length: 30 }, (_, at) => notification("new", 2_000_000 - at)), ...all];
    await box.refresh();
    while (box.get().more) await box.loadMore();
    expect(new Set(ids(box))).toEqual(new Set(all.map(({ id }) => id)));
    expect(ids(box)).toEqual(all.map(({ id }) => id));
  });

  it("shows what is new and lets go of what is gone when it is read again", async () => {
    all = many(3);
    const box = boxOf();
    await box.open();
    const [gone] = all;
    all = [notification("new", 2_000_000), ...all.slice(1)];
    await box.refresh();
    expect(ids(box)).toEqual(all.map(({ id }) => id));
    expect(ids(box)).not.toContain(gone?.id);
  });

  it("keeps what was loaded further down when only the beginning is read again", async () => {
    all = many(450);
    const box = boxOf();
    await box.open();
    while (box.get().more) await box.loadMore();
    all = [notification("new", 2_000_000), ...all];
    await box.refresh();
    expect(asked.at(-1)).toBe("300:0");
    expect(ids(box)).toEqual(all.map(({ id }) => id));
    expect(box.get().more).toBe(false);
  });

  it("keeps what was loaded further down also of one moment, as many things are that were changed at once", async () => {
    all = Array.from({ length: 450 }, (_, at) => notification(`i${at}`, at < 250 ? 9 : at < 400 ? 8 : 7));
    const box = boxOf();
    await box.open();
    while (box.get().more) await box.loadMore();
    const [gone] = all;
    all = [notification("new", 10), ...all.slice(1)];
    await box.refresh();
    expect(ids(box)).toEqual(all.map(({ id }) => id));
    expect(ids(box)).not.toContain(gone?.id);
    // Also where what ends the part that is read again was not here before.
    all = [...all.slice(0, 299), notification("late", 8), ...all.slice(299)];
    await box.refresh();
    expect(new Set(ids(box))).toEqual(new Set(all.map(({ id }) => id)));
  });

  it("does not show again what was put away, by an answer that was asked for before", async () => {
    all = many(3);
    const box = boxOf();
    await box.open();
    const [first] = all;
    if (!first) throw new Error("none");
    const reading = box.refresh();
    box.put([{ ...first, archived_at: moment(1) }]);
    await reading;
    expect(ids(box)).toEqual(all.slice(1).map(({ id }) => id));
    // Taken back, it stands where it stood.
    box.put([first]);
    expect(ids(box)).toEqual(all.map(({ id }) => id));
  });

  it("keeps what was read just now among the unread ones, until it is left", async () => {
    all = many(3);
    const box = boxOf({ ...everything, unread: true });
    await box.open();
    const [first] = all;
    if (!first) throw new Error("none");
    box.put([{ ...first, read_at: moment(1) }]);
    server(first.id, { read_at: moment(1) });
    await box.refresh();
    expect(ids(box)).toEqual(all.map(({ id }) => id));
    box.settle();
    expect(ids(box)).toEqual(all.slice(1).map(({ id }) => id));
  });

  it("keeps what it has when it cannot be read again, and says so until it can", async () => {
    all = many(3);
    const box = boxOf();
    await box.open();
    failing = true;
    await box.refresh();
    expect(ids(box)).toHaveLength(3);
    expect(box.get().error?.status).toBe(500);
    failing = false;
    await box.refresh();
    expect(box.get().error).toBeNull();
  });

  it("fails where it has nothing", async () => {
    failing = true;
    const box = boxOf();
    await box.open();
    expect(box.get()).toMatchObject({ rows: undefined, error: { message: "The server failed." } });
  });
});

describe("a row that is looked at by itself", () => {
  it("is here and not in the list, also when that is read again, and follows what is done with it", async () => {
    all = many(2);
    const box = boxOf();
    await box.open();
    const apart = notification("apart", 5, { archived_at: moment(6) });
    box.admit(apart);
    await box.refresh();
    expect(ids(box)).toHaveLength(2);
    expect(box.get().hidden.map(({ id }) => id)).toEqual([apart.id]);
    box.put([{ ...apart, archived_at: null }]);
    expect(ids(box)).toEqual([...all.map(({ id }) => id), apart.id]);
    expect(box.get().hidden).toEqual([]);
  });
});
