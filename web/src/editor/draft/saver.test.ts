import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Draft } from "../../sync/drafts.ts";
import { IDLE, type Remote, SaveFailure, type Shelf, type Stored, TextSaver } from "./saver.ts";

/** A server with one text and a version that every change moves. */
class Server implements Remote {
  html = "<p>a</p>";
  version = 1;
  fails: number | null = null;
  saves: string[] = [];

  load = async (): Promise<Stored> => {
    if (this.fails !== null) throw new SaveFailure(this.fails, "no");
    return { html: this.html, etag: `"${this.version}"` };
  };

  save = async (html: string, etag: string | null): Promise<void> => {
    if (this.fails !== null) throw new SaveFailure(this.fails, "Too long.");
    if (etag !== null && etag !== `"${this.version}"`) throw new SaveFailure(412, "changed");
    this.html = html;
    this.version += 1;
    this.saves.push(html);
  };
}

class Memory implements Shelf {
  drafts = new Map<string, Draft>();
  read = async (key: string) => this.drafts.get(key);
  fails = false;
  keep = async (draft: Draft) => {
    if (!this.fails) this.drafts.set(draft.key, draft);
    return !this.fails;
  };
  drop = async (key: string) => void this.drafts.delete(key);
}

let server: Server;
let shelf: Memory;
const open = () => new TextSaver("k", { html: server.html, etag: `"${server.version}"` }, server, shelf);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  shelf = new Memory();
});
afterEach(() => vi.useRealTimers());

describe("a text that is typed", () => {
  it("is kept at once and saved when nobody types", async () => {
    const saver = open();
    saver.edit(() => "<p>b</p>");
    expect(saver.get().kind).toBe("unsaved");
    await pass(250);
    expect(shelf.drafts.get("k")?.html).toBe("<p>b</p>");
    expect(server.saves).toEqual([]);
    await pass(IDLE);
    expect(server.saves).toEqual(["<p>b</p>"]);
    expect(saver.get().kind).toBe("saved");
    expect(shelf.drafts.size).toBe(0);
  });

  it("is kept while it is typed, not only in a pause", async () => {
    const saver = open();
    for (let key = 1; key <= 10; key++) {
      saver.edit(() => `<p>${key}</p>`);
      await pass(100);
    }
    expect(Number(shelf.drafts.get("k")?.html.replace(/\D/g, ""))).toBeGreaterThan(7);
    expect(server.saves).toEqual([]);
  });

  it("is not written when it was taken back, nor when nothing was typed", async () => {
    const saver = open();
    saver.edit(() => "<p>a</p>");
    await pass(IDLE * 2);
    await saver.flush();
    expect(server.saves).toEqual([]);
    expect(saver.get().kind).toBe("saved");
  });

  it("is saved again when it is taken back after it was saved", async () => {
    const saver = open();
    saver.edit(() => "<p>b</p>");
    await pass(IDLE + 10);
    saver.edit(() => "<p>a</p>");
    await pass(IDLE + 10);
    expect(server.saves).toEqual(["<p>b</p>", "<p>a</p>"]);
  });

  it("is saved over a change of another property", async () => {
    const saver = open();
    server.version = 7;
    saver.edit(() => "<p>b</p>");
    await pass(IDLE * 2);
    expect(server.saves).toEqual(["<p>b</p>"]);
  });

  it("is saved again and again with the version of each time", async () => {
    const saver = open();
    for (const text of ["1", "2", "3"]) {
      saver.edit(() => text);
      await pass(IDLE + 10);
    }
    expect(server.saves).toEqual(["1", "2", "3"]);
  });

  it("is not lost when it is typed while another save is under way", async () => {
    const saver = open();
    let text = "1";
    saver.edit(() => text);
    const save = server.save;
    server.save = async (html, etag) => {
      await new Promise((done) => setTimeout(done, 100));
      return save(html, etag);
    };
    void saver.flush();
    await pass(50);
    text = "2";
    saver.edit(() => text);
    await pass(IDLE * 3);
    expect(server.html).toBe("2");
    expect(saver.get().kind).toBe("saved");
  });
});

describe("bad weather", () => {
  it("waits for the server and tries again", async () => {
    server.fails = 0;
    const saver = open();
    saver.edit(() => "<p>b</p>");
    await pass(IDLE + 10);
    expect(saver.get().kind).toBe("waiting");
    expect(shelf.drafts.get("k")?.html).toBe("<p>b</p>");
    server.fails = null;
    await pass(10_000);
    expect(saver.get().kind).toBe("saved");
    expect(server.html).toBe("<p>b</p>");
  });

  it("does not say that it is kept where it is not", async () => {
    server.fails = 0;
    shelf.fails = true;
    const saver = open();
    saver.edit(() => "<p>b</p>");
    await pass(IDLE + 10);
    expect(saver.get()).toEqual({ kind: "waiting", kept: false });
  });

  it("is shown again where its panel is opened anew while it waits", async () => {
    server.fails = 0;
    const saver = open();
    saver.edit(() => "<p>b</p>");
    await pass(IDLE + 10);
    expect(await saver.restore()).toBe("<p>b</p>");
  });

  it("says why the server does not want it, and keeps it", async () => {
    const saver = open();
    saver.edit(() => "x");
    server.fails = 400;
    await pass(IDLE + 10);
    expect(saver.get()).toEqual({ kind: "refused", status: 400, reason: "Too long.", kept: true });
    expect(shelf.drafts.get("k")?.html).toBe("x");
  });

  it("restores after a reload and saves", async () => {
    await shelf.keep({ key: "k", html: "<p>mine</p>", base: server.html, at: 1 });
    const saver = open();
    expect(await saver.restore()).toBe("<p>mine</p>");
    await pass(10);
    expect(server.html).toBe("<p>mine</p>");
  });

  it("restores into a conflict where somebody saved meanwhile", async () => {
    await shelf.keep({ key: "k", html: "<p>mine</p>", base: "<p>older</p>", at: 1 });
    const saver = open();
    await saver.restore();
    expect(saver.get()).toMatchObject({ kind: "conflict", base: "<p>older</p>", mine: "<p>mine</p>" });
    await pass(60_000);
    expect(server.saves).toEqual([]);
  });
});

describe("two people", () => {
  const conflicted = async () => {
    const saver = open();
    server.html = "<p>theirs</p>";
    server.version += 1;
    saver.edit(() => "<p>mine</p>");
    await pass(IDLE + 50);
    return saver;
  };

  it("see both texts instead of losing one", async () => {
    const saver = await conflicted();
    expect(saver.get()).toMatchObject({ kind: "conflict", base: "<p>a</p>", mine: "<p>mine</p>" });
    expect(server.html).toBe("<p>theirs</p>");
    expect(shelf.drafts.get("k")).toMatchObject({ html: "<p>mine</p>", base: "<p>a</p>" });
  });

  it("can keep mine, theirs, or another text", async () => {
    await (await conflicted()).resolve("<p>both</p>");
    expect(server.html).toBe("<p>both</p>");
    const saver = await conflicted();
    await saver.resolve("<p>theirs</p>");
    expect(server.html).toBe("<p>theirs</p>");
    expect(saver.get().kind).toBe("saved");
    expect(shelf.drafts.size).toBe(0);
  });

  it("conflict again where a third text came meanwhile", async () => {
    const saver = await conflicted();
    server.html = "<p>third</p>";
    server.version += 1;
    await saver.resolve("<p>both</p>");
    await pass(100);
    expect(saver.get()).toMatchObject({ kind: "conflict", theirs: { html: "<p>third</p>" }, mine: "<p>both</p>" });
  });

  it("follow each other while nobody types", async () => {
    const saver = open();
    server.html = "<p>theirs</p>";
    server.version += 1;
    expect((await saver.refresh())?.html).toBe("<p>theirs</p>");
    expect(saver.get().kind).toBe("saved");
    expect(await saver.refresh()).toBeNull();
  });
});
