/** The transport over HTTP and WebSocket. */

import { request } from "../api/request.ts";
import { askSession } from "../api/session.ts";
import { PATIENCE, Patience } from "../lib/patience.ts";
import { type Bootstrap, type EntityRow, type Frame, type Head, isEntity, type Restart, SCHEMA } from "./protocol.ts";
import type { Id, Row } from "./rows.ts";
import { soon } from "./soon.ts";
import {
  type Answer,
  Failure,
  type Live,
  type LiveEvents,
  type LiveMessage,
  type Outgoing,
  type Transport,
} from "./transport.ts";

/** Requests with bodies up to so many bytes outlive the page that sent them. Browsers take 64 KiB, of all that are on their way. */
const KEEPALIVE = 30_000;
/** Bytes that even a slow line sends in a millisecond. */
const SLOW = 8;
/** Lines of a bootstrap that are read without a pause. */
const AT_ONCE = 2_000;

/** Of this user: nothing is asked or done with the session of somebody else. */
export function httpTransport(slug: string, user: Id, origin: string = location.origin): Transport {
  const workspace = `${origin}/api/v1/workspaces/${encodeURIComponent(slug)}/`;
  const text = (url: string) => read(url, user);
  return {
    user: async () => (await askSession().catch(unreachable))?.user.id ?? null,
    bootstrap: async (project) => parse(await text(`${workspace}sync/${project ? `?project=${project}` : ""}`)),
    delta: async (since) => json(await text(`${workspace}sync/?since=${since}&schema=${SCHEMA}`)) as Frame | Restart,
    read: async (path) => json(await text(workspace + path)),
    send: (outgoing) => send(workspace, user, outgoing),
    live: (since, events) =>
      live(`${workspace.replace(/^http/, "ws")}sync/live?since=${since}&schema=${SCHEMA}`, events),
  };
}

async function read(url: string, user: Id): Promise<string> {
  const patience = new Patience(PATIENCE);
  try {
    const asked = new Request(url, { credentials: "same-origin", signal: patience.signal });
    const response = await request(asked, user).catch(unreachable);
    if (!response.ok) throw new Failure(response.status);
    return await content(response, patience).catch(unreachable);
  } finally {
    patience.end();
  }
}

/** Many rows may take long, as long as they come. */
async function content(response: Response, patience: Patience): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return text + decoder.decode();
    patience.more();
    text += decoder.decode(part.value, { stream: true });
  }
}

function unreachable(): never {
  throw new Failure(0);
}

function json(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new Failure(0, "The answer was cut.");
  }
}

/** Reads the lines of a bootstrap, so many at a time that the page stays quick. One without its last line was cut. */
export async function parse(ndjson: string): Promise<Bootstrap> {
  const lines = ndjson.trimEnd().split("\n");
  if (!lines.at(-1)?.startsWith('{"end"')) throw new Failure(0, "The answer was cut.");
  const head = json(lines[0] ?? "") as Head;
  const rows: EntityRow[] = [];
  for (let from = 1; from < lines.length - 1; from += AT_ONCE) {
    if (from > 1) await new Promise<void>((resolve) => soon(resolve));
    const to = Math.min(from + AT_ONCE, lines.length - 1);
    const read = json(`[${lines.slice(from, to).join(",")}]`) as { entity: string; row: Row }[];
    for (const { entity, row } of read) if (isEntity(entity)) rows.push({ entity, row });
  }
  return { head, rows };
}

async function send(workspace: string, user: Id, { method, path, body, key }: Outgoing): Promise<Answer> {
  const headers = new Headers({ "Idempotency-Key": key });
  const content = body && JSON.stringify(body);
  if (content) headers.set("Content-Type", "application/json");
  const init: RequestInit = { method, headers, credentials: "same-origin", body: content ?? null };
  const size = content ? new TextEncoder().encode(content).length : 0;
  const patience = new Patience(PATIENCE + size / SLOW);
  init.signal = patience.signal;
  const ask = async (keepalive: boolean): Promise<Answer> => {
    const response = await request(new Request(workspace + path, { ...init, keepalive }), user);
    return {
      status: response.status,
      body: await response.json().catch(() => null),
      requestId: response.headers.get("x-request-id"),
      retryAfter: seconds(response.headers.get("retry-after")),
    };
  };
  const none: Answer = { status: 0, body: null, requestId: null, retryAfter: null };
  try {
    if (size >= KEEPALIVE) return await ask(false);
    // Other such requests may have taken all the room that there is for them.
    return await ask(true).catch(() => (patience.signal.aborted ? none : ask(false)));
  } catch {
    return none;
  } finally {
    patience.end();
  }
}

function seconds(header: string | null): number | null {
  const value = Number(header);
  return header && value >= 0 ? value * 1000 : null;
}

function live(url: string, events: LiveEvents): Live {
  const socket = new WebSocket(url);
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }) => events.message(JSON.parse(data as string) as LiveMessage);
  socket.onclose = ({ code }) => events.closed(code);
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close: () => socket.close(),
  };
}
