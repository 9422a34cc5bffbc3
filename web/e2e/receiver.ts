/** A program that webhooks tell: a server in the test's own process. */

import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

/** On this machine, but not the name that the server has itself: that one it never asks. */
export const RECEIVER_HOST = "127.0.0.2";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it answers from now on. */
  answer: { readonly status: number; readonly body: string };
  /** The first at this path that fits, as soon as it is there. */
  readonly next: (path: string, fits?: (received: Received) => boolean) => Promise<Received>;
  readonly close: () => Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body });
      const { status, body: said } = receiver.answer;
      response.writeHead(status, { "Content-Type": "text/html", "X-Receiver": "test" }).end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, RECEIVER_HOST, resolve));
  const receiver: Receiver = {
    url: `http://${RECEIVER_HOST}:${(server.address() as AddressInfo).port}`,
    received,
    answer: { status: 200, body: "Thanks" },
    next: (path, fits = () => true) =>
      vi.waitFor(
        () => {
          const found = received.find((each) => each.path === path && fits(each));
          if (!found) throw new Error(`Nothing that fits has come to ${path}`);
          return found;
        },
        { timeout: 15_000, interval: 20 },
      ),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
}

/** Whether a secret signed it, in both ways. */
export function isSignedBy(secret: string, { headers, body }: Received): boolean {
  const plain = createHmac("sha256", secret).update(body).digest("hex");
  return (
    headers["x-plane-signature"] === plain && standardSignatures(headers).includes(standard(secret, headers, body))
  );
}

/** The signatures of Standard Webhooks that a message bears. */
export function standardSignatures(headers: IncomingHttpHeaders): readonly string[] {
  return String(headers["webhook-signature"]).split(" ");
}

export function standard(secret: string, headers: IncomingHttpHeaders, body: string): string {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`;
}
