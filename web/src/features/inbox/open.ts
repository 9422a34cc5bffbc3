/** The entry of the address: of those that are listed, or asked for by itself, such as one that was put away since. */

import { useEffect, useState } from "react";
import { ApiError } from "../../api/client.ts";
import type { Id } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { type Group, groupsOf } from "./groups.ts";
import { readOne } from "./remote.ts";

export type OpenState = "none" | "loading" | "there" | "missing" | "failed";

interface Apart {
  readonly id: Id;
  readonly group: Group | null;
  readonly state: OpenState;
}

export function useOpenGroup(
  groups: readonly Group[],
  id: Id | null,
  listed: boolean,
): { readonly group: Group | null; readonly state: OpenState } {
  const { slug } = useEngine();
  const [apart, setApart] = useState<Apart | null>(null);
  const found = id === null ? null : (groups.find(({ rows }) => rows.some((row) => row.id === id)) ?? null);
  const wanted = id !== null && listed && found === null ? id : null;
  useEffect(() => {
    if (wanted === null) return;
    let current = true;
    const set = (group: Group | null, state: OpenState) => current && setApart({ id: wanted, group, state });
    readOne(slug, wanted).then(
      (row) => set(groupsOf([row])[0] ?? null, "there"),
      (error: unknown) => set(null, error instanceof ApiError && error.status === 404 ? "missing" : "failed"),
    );
    return () => {
      current = false;
    };
  }, [slug, wanted]);
  if (id === null) return { group: null, state: "none" };
  if (found) return { group: found, state: "there" };
  return apart?.id === id ? apart : { group: null, state: "loading" };
}
