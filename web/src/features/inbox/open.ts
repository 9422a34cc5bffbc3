/** The entry of the address: of those that are listed, or one that is asked for by itself, such as one that was put away since. */

import { useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "../../api/client.ts";
import type { Id } from "../../sync/rows.ts";
import { useEngine, useStatus } from "../../sync-react/index.tsx";
import { type Group, groupsOf } from "./groups.ts";
import type { Mailbox, MailboxState } from "./mailbox.ts";
import { readOne } from "./remote.ts";

export interface Open {
  readonly group: Group | null;
  readonly state: "none" | "loading" | "there" | "missing" | "failed";
  /** Asks for it once more. */
  readonly again: () => void;
}

export function useOpenGroup(box: Mailbox, state: MailboxState, groups: readonly Group[], id: Id | null): Open {
  const { slug } = useEngine();
  const [failed, setFailed] = useState<{ id: Id; state: "missing" | "failed" } | null>(null);
  const hidden = useMemo(() => groupsOf(state.hidden), [state.hidden]);
  const isIt = ({ rows }: Group) => rows.some((row) => row.id === id);
  const group = groups.find(isIt) ?? hidden.find(isIt) ?? null;
  const wanted = id !== null && state.rows !== undefined && group === null ? id : null;
  const { online } = useStatus();
  const [tries, setTries] = useState(0);
  const again = useCallback(() => {
    setFailed(null);
    setTries((count) => count + 1);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed is asked for when the network returns, not over and over
  useEffect(() => {
    if (online && failed?.state === "failed") again();
  }, [online]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try asks anew
  useEffect(() => {
    if (wanted === null) return;
    let current = true;
    readOne(slug, wanted).then(
      (row) => current && box.admit(row),
      (error: unknown) => {
        const isGone = error instanceof ApiError && error.status === 404;
        if (current) setFailed({ id: wanted, state: isGone ? "missing" : "failed" });
      },
    );
    return () => {
      current = false;
    };
  }, [slug, box, wanted, tries]);
  if (id === null) return { group: null, state: "none", again };
  if (group) return { group, state: "there", again };
  return { group: null, state: failed?.id === id ? failed.state : "loading", again };
}
