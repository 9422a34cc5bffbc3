/** Rows with the journal laid over them, so that the journal can begin anew. */

import { chain } from "./disk.ts";
import { type Bootstrap, ENTITIES, type EntityRow, type Frame } from "./protocol.ts";
import { Replica } from "./replica.ts";
import type { Id, Row } from "./rows.ts";

export interface Compacted {
  readonly base: Bootstrap;
  readonly items: ReadonlyMap<Id, Bootstrap>;
}

/** Projects whose items would have to be fetched again are left out. */
export function compacted(base: Bootstrap, items: ReadonlyMap<Id, Bootstrap>, journal: readonly Frame[]): Compacted {
  const replica = new Replica();
  replica.base(base);
  for (const [project, rows] of items) if (rows.head.seq >= base.head.seq) replica.items(project, rows);
  for (const frame of chain(base.head.seq, journal)) {
    for (const project of replica.frame(frame).stale) replica.release(project, frame.seq);
  }
  const head = { ...base.head, seq: replica.seq };
  const rows = ENTITIES.filter((entity) => entity !== "work_item").flatMap((entity) =>
    [...(replica.tables[entity].base as ReadonlyMap<Id, Row>).values()].map((row) => ({ entity, row })),
  );
  const byProject = new Map<Id, EntityRow[]>();
  for (const project of replica.held.keys()) byProject.set(project, []);
  for (const row of replica.tables.work_item.base.values()) {
    byProject.get(row.project)?.push({ entity: "work_item", row });
  }
  return {
    base: { head, rows },
    items: new Map([...byProject].map(([project, own]) => [project, { head, rows: own }])),
  };
}
