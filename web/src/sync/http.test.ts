import { afterEach, expect, test, vi } from "vitest";
import { setSession } from "../api/session.ts";
import { httpTransport, parse } from "./http.ts";

const HEAD = '{"schema":1,"workspace":"w","user":"u","seq":7,"at":"2026-01-01T00:00:00Z"}';
const END = '{"end":true,"rows":1}';
const label = (n: number): string => `{"entity":"label","row":{"id":"l${n}","version":${n}}}`;

/** The Request of the test's browser does not say whether it outlives the page. */
function recordKeepalive(): void {
  const Usual = Request;
  class Recorded extends Usual {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(input, init);
      Object.defineProperty(this, "keepalive", { value: init?.keepalive === true });
    }
  }
  vi.stubGlobal("Request", Recorded);
}

afterEach(() => {
  vi.unstubAllGlobals();
  setSession(null);
});

test("a bootstrap is read line by line; entities that are not known are left out", async () => {
  const strange = '{"entity":"epoch","row":{"id":"c","version":1}}';
  const { head, rows } = await parse([HEAD, label(1), strange, label(2), END, ""].join("\n"));
  expect(head.seq).toBe(7);
  expect(rows).toEqual([1, 2].map((n) => ({ entity: "label", row: { id: `l${n}`, version: n } })));
});

test("a long one is read in parts, and none is missing", async () => {
  const lines = Array.from({ length: 4_500 }, (_, n) => label(n));
  const { rows } = await parse([HEAD, ...lines, END].join("\n"));
  expect(rows.map(({ row }) => row.version)).toEqual(lines.map((_, n) => n));
});

test.each([
  ["without its end", [HEAD, label(1)].join("\n")],
  ["in the middle of a line", `${HEAD}\n${label(1).slice(0, 9)}`],
  ["empty", ""],
])("one that was cut is thrown away: %s", async (_, text) => {
  await expect(parse(text)).rejects.toMatchObject({ name: "Failure", status: 0 });
});

test("a change is sent with its key; what the server says comes back in any shape", async () => {
  setSession({ id: "s", csrf_token: "t", user: { id: "u" } } as never);
  const sent: Request[] = [];
  const answers = [
    new Response('{"id":"x"}', { status: 201, headers: { "x-request-id": "r" } }),
    new Response(null, { status: 204 }),
    new Response("<h1>busy</h1>", { status: 503, headers: { "retry-after": "7" } }),
  ];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request);
    const answer = answers.shift();
    if (!answer) throw new TypeError("Failed to fetch");
    return answer;
  });
  const { send, delta } = httpTransport("acme", "u", "http://h");
  const outgoing = { method: "POST", path: "projects/p/labels/", body: { name: "x" }, key: "k" } as const;
  expect(await send(outgoing)).toEqual({ status: 201, body: { id: "x" }, requestId: "r", retryAfter: null });
  expect(await send({ method: "DELETE", path: "a/", key: "k" })).toMatchObject({ status: 204, body: null });
  expect(await send(outgoing)).toMatchObject({ status: 503, body: null, retryAfter: 7000 });
  expect(await send(outgoing)).toMatchObject({ status: 0 });
  await expect(delta(3)).rejects.toMatchObject({ name: "Failure", status: 0 });
  expect(sent[0]?.url).toBe("http://h/api/v1/workspaces/acme/projects/p/labels/");
  expect(sent[0]?.headers.get("Idempotency-Key")).toBe("k");
  expect(sent[0]?.headers.get("X-CSRF-Token")).toBe("t");
  expect(await sent[0]?.text()).toBe('{"name":"x"}');
});

test("a text of many bytes is not sent as one that outlives the page, which the browser would refuse", async () => {
  setSession({ id: "s", csrf_token: "t", user: { id: "u" } } as never);
  const asked: boolean[] = [];
  recordKeepalive();
  vi.stubGlobal("fetch", async (request: Request) => {
    const content = await request.text();
    asked.push(request.keepalive);
    if (request.keepalive && new TextEncoder().encode(content).length > 64_000) throw new TypeError("Failed to fetch");
    return new Response("{}", { status: 200 });
  });
  const { send } = httpTransport("acme", "u", "http://h");
  const text = (length: number) =>
    ({ method: "PATCH", path: "a/", body: { name: "漢".repeat(length) }, key: "k" }) as const;
  expect(await send(text(5_000))).toMatchObject({ status: 200 });
  expect(await send(text(22_000))).toMatchObject({ status: 200 });
  expect(asked).toEqual([true, false]);
});

test("where there is no room for another that outlives the page, it is sent as any other, once", async () => {
  setSession({ id: "s", csrf_token: "t", user: { id: "u" } } as never);
  const asked: boolean[] = [];
  let up = true;
  recordKeepalive();
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request.keepalive);
    if (request.keepalive || !up) throw new TypeError("Failed to fetch");
    return new Response("{}", { status: 200 });
  });
  const { send } = httpTransport("acme", "u", "http://h");
  const outgoing = { method: "POST", path: "a/", body: { name: "x" }, key: "k" } as const;
  expect(await send(outgoing)).toMatchObject({ status: 200 });
  up = false;
  expect(await send(outgoing)).toMatchObject({ status: 0 });
  expect(asked).toEqual([true, false, true, false]);
});

test("what hangs is given up, and what comes slowly is not", async () => {
  vi.useFakeTimers();
  setSession({ id: "s", csrf_token: "t", user: { id: "u" } } as never);
  const hanging = ({ signal }: Request) =>
    new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  vi.stubGlobal("fetch", hanging);
  const { send, delta, bootstrap } = httpTransport("acme", "u", "http://h");
  const sent = send({ method: "DELETE", path: "a/", key: "k" });
  const asked = expect(delta(3)).rejects.toMatchObject({ status: 0 });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await sent).toMatchObject({ status: 0 });
  await asked;

  const lines = [HEAD, label(1), label(2), END];
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      const line = lines.shift();
      if (line) controller.enqueue(new TextEncoder().encode(`${line}\n`));
      else controller.close();
    },
  });
  vi.stubGlobal("fetch", async () => new Response(slow));
  const rows = bootstrap(null);
  await vi.advanceTimersByTimeAsync(120_000);
  expect((await rows).rows).toHaveLength(2);
  vi.useRealTimers();
});
