/** The automations of a project, asked of the API: they are not synced. */

import { asked, called } from "../../api/asked.ts";
import { ApiError, api, type Schemas } from "../../api/client.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { Resource } from "../detail/resource.ts";
import type { Body } from "./draft.ts";
import type { DryRun, Rule, Run, Setting } from "./rule.ts";

const PROJECT = "/api/v1/workspaces/{slug}/projects/{project_id}/";
const RULES = `${PROJECT}automations/` as const;
const RULE = `${RULES}{automation_id}/` as const;

/** Where the rules are. */
export interface Place {
  readonly slug: string;
  readonly project: Id;
}

export interface Rules {
  readonly rules: readonly Rule[];
  /** In months; 0: never. */
  readonly settings: Readonly<Record<Setting, number>>;
}

const pathOf = ({ slug, project }: Place) => ({ slug, project_id: project });
const bodyOf = (body: Partial<Body> & { is_enabled?: boolean }) => body as unknown as Schemas["AutomationBody"];
/** The schema leaves the parts of a rule open. */
const ruleOf = (rule: Schemas["Automation"]) => rule as unknown as Rule;

async function readRules(at: Place): Promise<Rules> {
  const params = { path: pathOf(at) };
  const [page, project] = await Promise.all([
    asked(api.GET(RULES, { params: { ...params, query: { per_page: 200 } } })),
    asked(api.GET(PROJECT, { params })),
  ]);
  const { archive_in, close_in } = project;
  return { rules: page.results.map(ruleOf), settings: { archive_in, close_in } };
}

const known = new WeakMap<Engine, Map<Id, Resource<Rules>>>();

/** The rules of a project, shown as they were last seen until the server has answered. */
export function rulesOf(engine: Engine, project: Id): Resource<Rules> {
  const own = known.get(engine) ?? new Map<Id, Resource<Rules>>();
  known.set(engine, own);
  const there = own.get(project);
  if (there) return there;
  const at = { slug: engine.slug, project };
  const made = new Resource(`${engine.userId}/${engine.slug}/${project}/automations`, () => readRules(at));
  own.set(project, made);
  return made;
}

export interface Versioned {
  readonly rule: Rule;
  readonly etag: string | null;
}

export async function readRule(at: Place, id: Id): Promise<Versioned> {
  const { data, response } = await called(api.GET(RULE, { params: { path: { ...pathOf(at), automation_id: id } } }));
  return { rule: ruleOf(data), etag: response.headers.get("etag") };
}

export async function createRule(at: Place, body: Body & { is_enabled?: boolean }): Promise<Rule> {
  return ruleOf(await asked(api.POST(RULES, { params: { path: pathOf(at) }, body: bodyOf(body) })));
}

/** With an `etag` only if nobody changed it since. */
export async function changeRule(
  at: Place,
  id: Id,
  body: Partial<Body> & { is_enabled?: boolean },
  etag: string | null = null,
): Promise<Rule> {
  const header = etag ? { "If-Match": etag } : {};
  const params = { path: { ...pathOf(at), automation_id: id }, header };
  return ruleOf(await asked(api.PATCH(RULE, { params, body: bodyOf(body) })));
}

export async function deleteRule(at: Place, id: Id): Promise<void> {
  await asked(api.DELETE(RULE, { params: { path: { ...pathOf(at), automation_id: id } } }));
}

export async function changeSetting(at: Place, setting: Setting, months: number): Promise<void> {
  const body = { [setting]: months } as unknown as Schemas["ProjectBody"];
  await asked(api.PATCH(PROJECT, { params: { path: pathOf(at) }, body }));
}

/** What it would have done within the last days. `id`: the rule that it stands for. */
export async function tryOut(at: Place, body: Body, id: Id | null, days: number): Promise<DryRun> {
  const { trigger, filters, actions } = body;
  const from = new Date(Date.now() - days * 86_400_000).toISOString();
  const sent = { trigger, filters, actions, automation: id, from } as unknown as Schemas["DryRunBody"];
  return asked(api.POST(`${RULES}dry-run/`, { params: { path: pathOf(at) }, body: sent }));
}

export interface Runs {
  readonly runs: readonly Run[];
  readonly total: number;
  /** Where it goes on; null: these were the oldest. */
  readonly next: string | null;
}

const RUNS_AT_ONCE = 25;

export async function readRuns(at: Place, id: Id, cursor: string | null): Promise<Runs> {
  const query = { per_page: RUNS_AT_ONCE, ...(cursor ? { cursor } : {}) };
  const params = { path: { ...pathOf(at), automation_id: id }, query };
  const page = await asked(api.GET(`${RULE}runs/`, { params }));
  return {
    runs: page.results as unknown as readonly Run[],
    total: page.total_results,
    next: page.next_page_results ? page.next_cursor : null,
  };
}

/** Takes back all that a run changed, or nothing of it. */
export async function takeBack(slug: string, run: Id): Promise<void> {
  const params = { path: { slug } };
  await asked(api.POST("/api/v1/workspaces/{slug}/undo/", { params, body: { mutation_id: run } }));
}

export interface Called {
  readonly id: Id;
  readonly name: string;
  readonly sequence_id: number;
}

/** What an item is called that is not among those at hand, such as an archived one; null: it is gone. */
export async function readItem(at: Place, id: Id): Promise<Called | null> {
  const path = { ...pathOf(at), work_item_id: id };
  const query = { fields: "id,name,sequence_id" };
  try {
    return await asked(api.GET(`${PROJECT}work-items/{work_item_id}/`, { params: { path, query } }));
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return null;
    throw error;
  }
}
