import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { request } from "./request.ts";
import { forgetToken, knownSession, onSession, readSession, type Session, setSession } from "./session.ts";

const session = (user: string, token: string) =>
  ({ id: "s", csrf_token: token, user: { id: user } }) as unknown as Session;
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

/** Who is signed in according to the server. */
let server: Session | null;
let sent: Request[];

beforeEach(() => {
  server = session("ada", "t1");
  sent = [];
  forgetToken();
  vi.stubGlobal("fetch", async (input: Request | string) => {
    if (typeof input === "string") return server ? json(server) : json({}, 401);
    sent.push(input);
    if (!server) return json({ detail: "Authentication credentials were not provided." }, 401);
    const right = input.method === "GET" || input.headers.get("X-CSRF-Token") === server.csrf_token;
    return right ? json({ ok: true }) : json({ detail: "CSRF Failed: CSRF token missing or incorrect." }, 403);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const post = () => request(new Request("http://x/api/v1/y/", { method: "POST", body: '{"a":1}' }));

test("what writes has the token, asked for once; what reads does not", async () => {
  expect((await post()).status).toBe(200);
  expect((await post()).status).toBe(200);
  await request(new Request("http://x/api/v1/y/"));
  expect(sent.map((one) => one.headers.get("X-CSRF-Token"))).toEqual(["t1", "t1", null]);
});

test("a token of a session before is replaced, and the request sent again with its body", async () => {
  await readSession();
  server = session("ada", "t2");
  expect((await post()).status).toBe(200);
  expect(sent).toHaveLength(2);
  expect(await sent[1]?.text()).toBe('{"a":1}');
});

test("nothing is done in the name of somebody else who signed in meanwhile", async () => {
  await readSession();
  server = session("bob", "t2");
  expect((await post()).status).toBe(401);
  expect(sent).toHaveLength(1);
});

test("a session that ended is told", async () => {
  await readSession();
  const told: (Session | null)[] = [];
  const end = onSession((now) => told.push(now));
  server = null;
  expect((await request(new Request("http://x/api/v1/y/"))).status).toBe(401);
  expect(told).toEqual([null]);
  expect(knownSession()).toBeNull();
  setSession(null);
  expect(told).toHaveLength(1);
  end();
});

test.each(["GET", "POST"])(
  "%s in one's name is not made with somebody else's session, known or not",
  async (method) => {
    const ask = () => request(new Request("http://x/api/v1/y/", { method }), "ada");
    server = session("bob", "t2");
    expect((await ask()).status).toBe(401);
    expect((await ask()).status).toBe(401);
    expect(sent).toHaveLength(0);
    setSession(session("ada", "t1"));
    server = session("ada", "t1");
    expect((await ask()).status).toBe(200);
  },
);
