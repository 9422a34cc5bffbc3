/** Items that were found: those this browser holds by key and title, those of the server by their text and comments too. */

import { useEffect, useMemo, useState } from "react";
import { answer, api, type Schemas } from "../../api/client.ts";
import { fold } from "../../lib/match.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { type Catalog, useCatalog } from "../properties/catalog.ts";
import { findItems } from "../properties/parent-pick.tsx";

export interface Hit {
  readonly id: Id;
  readonly key: string;
  readonly address: string;
  readonly name: string;
  readonly project: Id;
  readonly where: "key" | "title" | "text";
  /** The row, if it is held here. */
  readonly item: WorkItem | undefined;
}

const FIRST = 50;
/** The server looks no further. */
const MOST = 500;

type Found = Schemas["SearchedWorkItem"];

interface Answer {
  readonly q: string;
  readonly limit: number;
  readonly found: readonly Found[];
  readonly error: unknown;
}

export interface Hits {
  readonly hits: readonly Hit[];
  readonly waiting: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** Shows more of them; null: these are all. */
  readonly more: (() => void) | null;
}

export function useHits(q: string): Hits {
  const engine = useEngine();
  const catalog = useCatalog();
  const [got, setGot] = useState<Answer>({ q: "", limit: FIRST, found: [], error: null });
  const [round, setRound] = useState(0);
  const [wanted, setWanted] = useState({ q, limit: FIRST });
  const limit = wanted.q === q ? wanted.limit : FIRST;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    if (q === "") return;
    let current = true;
    ask(engine.slug, q, limit).then(
      (found) => current && setGot({ q, limit, found, error: null }),
      (error: unknown) => current && setGot({ q, limit, found: [], error }),
    );
    return () => {
      current = false;
    };
  }, [engine.slug, q, limit, round]);
  const known = got.q === q;
  const hits = useMemo(
    () => merge(engine, catalog, q, known ? got.found : [], limit),
    [engine, catalog, q, known, got, limit],
  );
  const isFull = hits.length >= limit && limit < MOST;
  return {
    hits: q === "" ? [] : hits,
    waiting: q !== "" && (!known || got.limit !== limit),
    error: known ? got.error : null,
    retry: () => setRound(round + 1),
    more: isFull ? () => setWanted({ q, limit: Math.min(limit * 4, MOST) }) : null,
  };
}

async function ask(slug: string, search: string, limit: number): Promise<readonly Found[]> {
  const { issues } = await answer(
    api.GET("/api/v1/workspaces/{slug}/work-items/search/", {
      params: { path: { slug }, query: { search, limit, workspace_search: true } },
    }),
  );
  return issues;
}

/** What is held here first, because it is there at once and must not jump when the answer comes. */
function merge(engine: Engine, catalog: Catalog, q: string, found: readonly Found[], limit: number): Hit[] {
  const local = q === "" ? [] : findItems(engine, catalog, q, (item) => item.archived_at === null, limit);
  const seen = new Set(local.map(({ id }) => id));
  const here = local.map((item) => hitOf(catalog, q, item));
  const rest = found
    .filter(({ id }) => !seen.has(id))
    .map(({ id, name, project__identifier, sequence_id, project_id }): Hit => {
      const key = `${project__identifier}-${sequence_id}`;
      return {
        id,
        key,
        address: key,
        name,
        project: project_id,
        where: whereOf(q, key, name),
        item: engine.table("work_item").get(id),
      };
    });
  return [...here, ...rest];
}

function hitOf(catalog: Catalog, q: string, item: WorkItem): Hit {
  const key = catalog.key(item);
  const address = catalog.address(item);
  return { id: item.id, key, address, name: item.name, project: item.project, where: whereOf(q, key, item.name), item };
}

/** The server does not say where it found the words: what is neither in the key nor in the title is in the text. */
export function whereOf(q: string, key: string, name: string): Hit["where"] {
  const text = fold(q.trim());
  if (fold(key).startsWith(text) || String(key.split("-").at(-1)) === text) return "key";
  const title = fold(name);
  return text.split(/\s+/).every((word) => title.includes(word)) ? "title" : "text";
}
