/** Which types a project uses and what it estimates by: not synced, so asked for once, and known without a connection from then on. */

import { ApiError, answer, api } from "../../api/client.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id } from "../../sync/rows.ts";
import { Resource } from "../detail/resource.ts";

export interface Scale {
  readonly types: readonly Id[];
  /** The values of its estimate, the smallest first; none: it does not estimate. */
  readonly points: readonly { readonly id: Id; readonly value: string }[];
}

const PROJECT = "/api/v1/workspaces/{slug}/projects/{project_id}/";
const scales = new WeakMap<Engine, Map<Id, Resource<Scale>>>();

export function scaleOf(engine: Engine, project: Id): Resource<Scale> {
  const known = scales.get(engine) ?? new Map<Id, Resource<Scale>>();
  scales.set(engine, known);
  const there = known.get(project);
  if (there) return there;
  const made = new Resource(`${engine.userId}/${engine.slug}/${project}/scale`, () => read(engine.slug, project));
  known.set(project, made);
  return made;
}

async function read(slug: string, project: Id): Promise<Scale> {
  const path = { slug, project_id: project };
  const [types, points] = await Promise.all([
    answer(api.GET(`${PROJECT}work-item-types/`, { params: { path } })),
    readPoints(path),
  ]);
  return { types: types.map(({ id }) => id), points };
}

async function readPoints(path: { slug: string; project_id: Id }): Promise<Scale["points"]> {
  const estimate = await answer(api.GET(`${PROJECT}estimates/`, { params: { path } })).catch(noneWhereMissing);
  if (!estimate) return [];
  const of = { ...path, estimate_id: estimate.id };
  const points = await answer(api.GET(`${PROJECT}estimates/{estimate_id}/estimate-points/`, { params: { path: of } }));
  return points.toSorted((a, b) => a.key - b.key).map(({ id, value }) => ({ id, value }));
}

function noneWhereMissing(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}
