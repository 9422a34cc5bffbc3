/** The way to the server, as the engine needs it. `http.ts` is the real one, tests bring a server in memory. */

import type { Presence } from "./contract.ts";
import type { Bootstrap, Frame, Restart } from "./protocol.ts";
import type { Id } from "./rows.ts";

export interface Transport {
  /** Whose session the browser has now, asked of the server; null: nobody's. Rejects with a `Failure`. */
  user(): Promise<Id | null>;
  /** Rejects with a `Failure`. */
  bootstrap(project: Id | null): Promise<Bootstrap>;
  /** Rejects with a `Failure`. */
  delta(since: number): Promise<Frame | Restart>;
  /** A row by its path below the workspace. Rejects with a `Failure`. */
  read(path: string): Promise<unknown>;
  /** Sends a change; never rejects, status 0: no answer came. */
  send(request: Outgoing): Promise<Answer>;
  live(since: number, events: LiveEvents): Live;
}

export interface Outgoing {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the workspace, such as `projects/<id>/states/`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly key: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | null;
  /** Milliseconds. */
  readonly retryAfter: number | null;
}

export interface Live {
  send(message: { presence: { topic: string | null } } | { since: number }): void;
  close(): void;
}

export interface LiveEvents {
  opened(): void;
  message(message: LiveMessage): void;
  /** Once, at the end; also when it never opened. */
  closed(code: number): void;
}

export type LiveMessage =
  | Frame
  | Restart
  | { readonly catch_up: true }
  | { readonly presence: { readonly topic: string; readonly users: readonly Presence[] } };

/** The status of a `Failure` where the server's rows have a form that this app does not know. */
export const OUTDATED = 426;

/** The server did not give rows. Status 0: it could not be reached, or the answer was cut. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    message = `status ${status}`,
  ) {
    super(message);
    this.name = "Failure";
  }
}
