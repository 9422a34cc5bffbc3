/** Rows to fill a server in memory with. Not part of the app. */

import type { Id, StateGroup, WorkItem } from "./rows.ts";
import type { ModelServer } from "./testing.ts";

export function blankItem(id: Id, project: Id, number: number): WorkItem {
  return {
    id,
    version: 0,
    project,
    sequence_id: number,
    name: `Item ${number}`,
    state: `${project}-s1`,
    priority: "none",
    assignees: [],
    labels: [],
    parent: null,
    type: null,
    estimate_point: null,
    point: null,
    start_date: null,
    target_date: null,
    completed_at: null,
    archived_at: null,
    sort_order: number,
    created_at: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
    updated_at: "2026-01-01T00:00:00.000000Z",
    created_by: null,
    sub_items_count: 0,
    sub_items_done: 0,
    link_count: 0,
    attachment_count: 0,
    cycle: null,
    modules: [],
  };
}

const GROUPS: readonly StateGroup[] = ["backlog", "unstarted", "started", "completed", "cancelled"];
const PRIORITIES = ["urgent", "high", "medium", "low", "none"] as const;

/** Fills a server with a workspace of projects `p1`, `p2`, ... with people, states, labels and items. */
export function fill(server: ModelServer, { projects = 1, people = 5, items = 100, random = seeded(1) } = {}): void {
  server.put("workspace", { id: "w", name: "Acme", slug: "acme", role: 20, is_owner: true });
  for (let n = 1; n <= people; n++) {
    server.put("member", { id: `u${n}`, display_name: `Person ${n}`, kind: "human", role: 15, is_active: true });
  }
  for (let p = 1; p <= projects; p++) fillProject(server, `p${p}`, people, items, random);
}

function fillProject(server: ModelServer, project: Id, people: number, items: number, random: () => number): void {
  const pick = (count: number): number => Math.floor(random() * count);
  server.put("project", {
    id: project,
    name: `Project ${project}`,
    identifier: project.toUpperCase(),
    member_role: 20,
  });
  GROUPS.forEach((group, index) => {
    server.put("state", { id: `${project}-s${index}`, project, name: group, group, color: "#888", sequence: index });
  });
  for (let n = 1; n <= people; n++) server.put("project_member", { id: `${project}-m${n}`, project, member: `u${n}` });
  for (let n = 0; n < 8; n++)
    server.put("label", { id: `${project}-l${n}`, project, name: `Label ${n}`, parent: null });
  for (let n = 1; n <= items; n++) {
    const id = `${project}-i${n}`;
    server.put("work_item", {
      ...blankItem(id, project, n),
      state: `${project}-s${pick(5)}`,
      priority: PRIORITIES[pick(5)] ?? "none",
      assignees: [...new Set(Array.from({ length: pick(3) }, () => `u${1 + pick(people)}`))],
      labels: [...new Set(Array.from({ length: pick(3) }, () => `${project}-l${pick(8)}`))],
      parent: n > 10 && random() < 0.2 ? `${project}-i${1 + pick(n - 1)}` : null,
      target_date: random() < 0.3 ? new Date(Date.UTC(2026, 0, 1 + pick(300))).toISOString().slice(0, 10) : null,
      sort_order: pick(1_000_000),
      name: `${["Fix", "Add", "Write", "Test"][pick(4)]} thing ${n}`,
    });
  }
}

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
