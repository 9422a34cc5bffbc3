/** A server in memory for tests of the engine, and a workspace to fill it with. Not part of the app. */

import { type Change, type Frame, type Restart, SCHEMA } from "./protocol.ts";
import type { Entity, Id, Row, Rows } from "./rows.ts";
import { blankItem } from "./testing-rows.ts";
import {
  type Answer,
  Failure,
  type Live,
  type LiveEvents,
  type LiveMessage,
  type Outgoing,
  type Transport,
} from "./transport.ts";

export { blankItem, fill, seeded } from "./testing-rows.ts";

type AnyRow = Row & Record<string, unknown>;

interface Event {
  readonly seq: number;
  readonly change: Change;
  readonly user: Id;
  readonly key: string | null;
}

/** What a test does to a client's network. */
export interface Weather {
  up: boolean;
  /** Milliseconds that a message takes. */
  delay: () => number;
  /** Whether an answer is lost after the server has acted. */
  losesAnswer: () => boolean;
  /** How often a frame arrives: 0 lost, 1 as it should, 2 twice. */
  copies: () => number;
}

export function calm(): Weather {
  return { up: true, delay: () => 0, losesAnswer: () => false, copies: () => 1 };
}

const COLLECTIONS: Readonly<Record<string, Entity>> = { "work-items": "work_item", states: "state", labels: "label" };

export class ModelServer {
  seq = 0;
  /** The form of its rows: another one after an upgrade. */
  schema = SCHEMA;
  /** How often rows were taken anew. */
  bootstraps = 0;
  readonly tables = new Map<Entity, Map<Id, AnyRow>>();
  readonly events: Event[] = [];
  /** Requests that did something, in order. */
  readonly acted: Outgoing[] = [];
  /** Sequence numbers before this one are forgotten. */
  kept = 0;
  /** Says why a request is refused; null: it is not. */
  refuses: (request: Outgoing, user: Id) => { status: number; body: unknown; retryAfter?: number } | null = () => null;
  /** Deleted items by their ids; `with`: the item above with which they went. */
  readonly trash = new Map<Id, { readonly row: AnyRow; readonly with: Id | null }>();
  readonly archived = new Map<Id, AnyRow>();
  /** Texts of items by their ids. */
  readonly texts = new Map<Id, string>();
  private readonly answers = new Map<string, Answer>();
  private readonly sockets = new Set<Socket>();

  put(entity: Entity, row: { readonly id: Id; readonly [field: string]: unknown }): void {
    this.seq++;
    this.table(entity).set(row.id, { ...row, version: this.seq } as AnyRow);
  }

  table(entity: Entity): Map<Id, AnyRow> {
    const table = this.tables.get(entity) ?? new Map<Id, AnyRow>();
    this.tables.set(entity, table);
    return table;
  }

  rows<E extends Entity>(entity: E): Rows[E][] {
    return [...this.table(entity).values()] as unknown as Rows[E][];
  }

  /** A change by somebody, which everybody hears of. */
  change(change: Omit<Change, "version">, user: Id = "", key: string | null = null): void {
    this.seq++;
    const version = this.seq;
    const { entity, id, row, deleted } = change;
    if (row) this.table(entity as Entity).set(id, { ...row, version } as AnyRow);
    if (deleted) this.table(entity as Entity).delete(id);
    this.events.push({ seq: version, change: { ...change, version }, user, key });
    for (const socket of this.sockets) socket.wake();
  }

  update(entity: Entity, id: Id, patch: object): void {
    const row = this.table(entity).get(id);
    if (row) this.change({ entity, id, row: { ...row, ...patch } });
  }

  delta(since: number, user: Id, limit = 1000): Frame | Restart {
    if (this.schema !== SCHEMA) return { bootstrap: true, reason: "schema" };
    if (since > this.seq) return { bootstrap: true, reason: "ahead" };
    if (since < this.kept) return { bootstrap: true, reason: "too_old" };
    const events = this.events.filter((event) => event.seq > since);
    const slice = events.slice(0, limit);
    const last = new Map<string, Change>();
    for (const { change } of slice) {
      const name = `${change.entity} ${change.id} ${change.access ?? ""}`;
      last.delete(name);
      last.set(name, this.now(change));
    }
    const more = events.length > slice.length;
    const mutations = slice.filter((event) => event.user === user && event.key).map((event) => event.key ?? "");
    return {
      prev: since,
      seq: more ? (slice.at(-1)?.seq ?? since) : this.seq,
      more,
      changes: [...last.values()],
      mutations,
    };
  }

  private now(change: Change): Change {
    if (!change.row) return change;
    const { entity, id, version } = change;
    const row = this.table(entity as Entity).get(id);
    return row ? { entity, id, version, row } : { entity, id, version, deleted: true };
  }

  act(request: Outgoing, user: Id): Answer {
    const before = this.answers.get(`${user} ${request.key}`);
    if (before) return before;
    const refusal = this.refuses(request, user);
    const answer = refusal
      ? { status: refusal.status, body: refusal.body, requestId: "r1", retryAfter: refusal.retryAfter ?? null }
      : this.write(request, user);
    if (answer.status < 300) {
      this.answers.set(`${user} ${request.key}`, answer);
      this.acted.push(request);
    }
    return answer;
  }

  private write({ method, path, body, key }: Outgoing, user: Id): Answer {
    const [, project = "", collection, id, verb, below] = path.split("/");
    const items = method === "POST" ? ((body?.issues as Id[] | undefined) ?? []) : [];
    if (verb?.endsWith("-issues"))
      return this.place([collection ?? "", id ?? ""], items[0] ?? below ?? "", items.length > 0, user, key);
    const entity = COLLECTIONS[collection ?? ""];
    if (!entity) return refused(404);
    if (verb === "restore") return this.restore(id ?? "", user, key);
    if (verb) return this.archive(entity, id ?? "", verb === "archive", user, key);
    const row = this.table(entity).get(id ?? "");
    if (method !== "POST" && !row) return refused(404);
    const { type_id, description_html, ...fields } = body ?? {};
    const patch = type_id === undefined ? fields : { ...fields, type: type_id };
    if (method === "DELETE" && row) this.remove(entity, row, user, key);
    if (typeof description_html === "string") this.texts.set(method === "POST" ? key : (id ?? ""), description_html);
    if (method === "POST") this.create(entity, key, project, patch, user);
    // As the real server: who changes nothing makes no event.
    else if (row && !isSame(row, { ...row, ...patch })) {
      this.change({ entity, id: row.id, row: { ...row, ...patch } }, user, key);
    }
    return { status: method === "POST" ? 201 : 200, body: {}, requestId: "r1", retryAfter: null };
  }

  /** What is below an item goes with it. */
  private remove(entity: Entity, row: AnyRow, user: Id, key: string, root: Id | null = null): void {
    if (entity === "work_item") {
      this.trash.set(row.id, { row, with: root });
      for (const below of [...this.table(entity).values()]) {
        if (below.parent === row.id) this.remove(entity, below, user, key, root ?? row.id);
      }
    }
    this.change({ entity, id: row.id, deleted: true }, user, key);
  }

  private restore(id: Id, user: Id, key: string): Answer {
    const found = this.trash.get(id);
    if (!found) return refused(404);
    if (found.with) return refused(409);
    for (const [other, { row, with: root }] of [...this.trash]) {
      if (other !== id && root !== id) continue;
      this.trash.delete(other);
      this.change({ entity: "work_item", id: other, row }, user, key);
    }
    return { status: 200, body: {}, requestId: "r1", retryAfter: null };
  }

  /** Puts an item into a cycle or module, or takes it out. */
  private place([collection, id]: readonly [string, Id], item: Id, comes: boolean, user: Id, key: string): Answer {
    const row = this.table("work_item").get(item) as unknown as Rows["work_item"] | undefined;
    if (!row) return refused(404);
    const others = row.modules.filter((module) => module !== id);
    const isIn = collection === "cycles" ? row.cycle === id : others.length < row.modules.length;
    if (!comes && !isIn) return refused(404);
    const made = collection === "cycles" ? { cycle: comes ? id : null } : { modules: comes ? [...others, id] : others };
    this.change({ entity: "work_item", id: row.id, row: { ...row, ...made } }, user, key);
    return { status: comes ? 200 : 204, body: null, requestId: "r1", retryAfter: null };
  }

  /** What is archived is told as gone, and comes back with its row. */
  private archive(entity: Entity, id: Id, into: boolean, user: Id, key: string): Answer {
    const row = into ? this.table(entity).get(id) : this.archived.get(id);
    if (!row) return refused(404);
    if (into) this.archived.set(id, row);
    else this.archived.delete(id);
    this.change(into ? { entity, id, deleted: true } : { entity, id, row }, user, key);
    return { status: 204, body: null, requestId: "r1", retryAfter: null };
  }

  private create(entity: Entity, id: Id, project: Id, fields: object, user: Id): void {
    const number = this.rows("work_item").length + 1;
    const row = entity === "work_item" ? { ...blankItem(id, project, number), created_by: user, ...fields } : fields;
    this.change({ entity, id, row: { ...row, id, project, version: 0 } as Row }, user, id);
  }

  transport(user: Id, weather: Weather = calm()): Transport {
    const answer = async <T>(work: () => T): Promise<T> => {
      await pause(weather.delay());
      if (!weather.up) throw new Failure(0);
      const result = work();
      await pause(weather.delay());
      if (!weather.up || weather.losesAnswer()) throw new Failure(0);
      return result;
    };
    return {
      user: () => answer(() => user),
      bootstrap: (project) => answer(() => this.bootstrap(project, user)),
      delta: (since) => answer(() => this.delta(since, user)),
      read: (path) => answer(() => this.read(path)),
      send: (request) => answer(() => this.act(request, user)).catch(() => refused(0)),
      live: (since, events) => {
        const socket = new Socket(this, user, since, events, weather, () => this.sockets.delete(socket));
        this.sockets.add(socket);
        return socket;
      },
    };
  }

  private read(path: string): unknown {
    const [, , collection = "", id = ""] = path.split("/");
    const row = this.table(COLLECTIONS[collection] ?? "project").get(id);
    if (!row) throw new Failure(404);
    return { ...row, description_html: this.texts.get(id) ?? "<p></p>" };
  }

  private bootstrap(project: Id | null, user: Id) {
    if (project !== null && !this.table("project").has(project)) throw new Failure(404);
    const rows = [...this.tables].flatMap(([entity, table]) =>
      [...table.values()]
        .filter((row) =>
          project === null ? entity !== "work_item" : entity === "work_item" && row.project === project,
        )
        .map((row) => ({ entity, row })),
    );
    this.bootstraps++;
    return { head: { schema: this.schema, workspace: "w", user, seq: this.seq }, rows };
  }

  /** Says that it is there to all whom it reaches. */
  beat(): void {
    for (const socket of this.sockets) socket.beat();
  }

  /** Loses all sockets without anybody noticing: nothing comes any more, and nothing says so. */
  mute(): void {
    for (const socket of this.sockets) socket.mute();
  }

  /** Ends all sockets of a user, as the network does. */
  cut(user: Id): void {
    for (const socket of [...this.sockets]) if (socket.user === user) socket.drop(1006);
  }

  /** Ends all sockets of a user with a code of the server. */
  end(user: Id, code: number): void {
    for (const socket of [...this.sockets]) if (socket.user === user) socket.drop(code);
  }
}

class Socket implements Live {
  private closed = false;
  private at: number;
  private arrives = 0;
  private waking = false;
  private muted = false;

  constructor(
    private readonly server: ModelServer,
    readonly user: Id,
    since: number,
    private readonly events: LiveEvents,
    private readonly weather: Weather,
    private readonly leave: () => void,
  ) {
    this.at = since;
    setTimeout(() => {
      if (this.closed) return;
      if (!weather.up) this.drop(1006);
      else {
        events.opened();
        this.wake();
      }
    }, weather.delay());
  }

  /** Sends what is new, in a moment, so that changes come together. */
  wake(): void {
    if (this.waking || this.closed) return;
    this.waking = true;
    setTimeout(() => {
      this.waking = false;
      if (this.closed || !this.weather.up) return;
      const frame = this.server.delta(this.at, this.user);
      if ("bootstrap" in frame) {
        this.deliver(frame, 1);
        return;
      }
      if (frame.seq === this.at) return;
      this.at = frame.seq;
      this.deliver(frame, this.weather.copies());
      if (frame.more) this.wake();
    });
  }

  private deliver(message: LiveMessage, copies: number): void {
    this.arrives = Math.max(this.arrives, Date.now() + this.weather.delay());
    for (let copy = 0; copy < copies; copy++) {
      setTimeout(() => {
        if (!this.closed && !this.muted && this.weather.up) this.events.message(structuredClone(message));
      }, this.arrives - Date.now());
    }
  }

  send(message: { presence: { topic: string | null } } | { since: number }): void {
    if ("since" in message) this.at = message.since;
    else if (message.presence.topic) {
      const { topic } = message.presence;
      this.deliver(
        {
          presence: {
            topic,
            users: [
              { user: this.user, session: "a" },
              { user: "x", session: "b" },
            ],
          },
        },
        1,
      );
    }
  }

  beat(): void {
    this.deliver({ prev: this.at, seq: this.at, changes: [], mutations: [] }, 1);
  }

  mute(): void {
    this.muted = true;
  }

  close(): void {
    this.closed = true;
    this.leave();
  }

  drop(code: number): void {
    if (this.closed) return;
    this.close();
    this.events.closed(code);
  }
}

function refused(status: number): Answer {
  return { status, body: { error: "The requested resource does not exist." }, requestId: "r1", retryAfter: null };
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
