/** `fetch` as the API wants it: the session's cookie, and the CSRF token on what writes. */

import { forgetToken, knownSession, readSession, setSession } from "./session.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** `expected`: in whose name alone this may be asked; whatever session the browser has by now. */
export async function request(input: Request, expected?: string): Promise<Response> {
  if (expected !== undefined && (await readSession())?.user.id !== expected) return refused();
  if (READS.has(input.method)) return ended(await fetch(input));
  const spare = input.clone();
  const user = expected ?? knownSession()?.user.id;
  const response = await fetch(await withToken(input));
  if (!(await wrongToken(response))) return ended(response);
  // Somebody signed in anew in another tab, and this one still has the token of the session before.
  forgetToken();
  const again = await withToken(spare);
  // Somebody else, in whose name this must not be done.
  if (user !== undefined && knownSession()?.user.id !== user) return refused();
  return ended(await fetch(again));
}

function refused(): Response {
  return new Response(null, { status: 401 });
}

async function withToken(input: Request): Promise<Request> {
  const session = await readSession();
  if (session && !input.headers.has("X-CSRF-Token")) input.headers.set("X-CSRF-Token", session.csrf_token);
  return input;
}

async function wrongToken(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body = await response
    .clone()
    .text()
    .catch(() => "");
  return body.includes("CSRF Failed");
}

/** A 401 while somebody was signed in means that the session has ended elsewhere. */
function ended(response: Response): Response {
  if (response.status === 401 && knownSession()) setSession(null);
  return response;
}
