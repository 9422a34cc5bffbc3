import { useCallback, useEffect, useRef, useState } from "react";
import { inWords } from "./error.ts";

export interface Fetched<T> {
  /** undefined: on its way, or it failed. */
  readonly data: T | undefined;
  readonly error: { message: string; requestId: string | null } | undefined;
  readonly reload: () => Promise<void>;
  /** Shows what a change of one's own made of it. */
  readonly set: (change: (data: T) => T) => void;
}

/** What is read by REST for a screen, apart from what the engine keeps. Another `key`: another thing, read anew. */
export function useFetched<T>(key: string, load: () => Promise<T>): Fetched<T> {
  const [state, setState] = useState<Pick<Fetched<T>, "data" | "error">>({ data: undefined, error: undefined });
  const how = useRef(load);
  how.current = load;
  const asked = useRef(0);
  const reload = useCallback(async () => {
    const own = ++asked.current;
    try {
      const data = await how.current();
      if (own === asked.current) setState({ data, error: undefined });
    } catch (error) {
      if (own === asked.current) setState((before) => ({ data: before.data, error: inWords(error) }));
    }
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is read
  useEffect(() => {
    void reload();
    return () => {
      asked.current++;
    };
  }, [reload, key]);
  const set = useCallback((change: (data: T) => T) => {
    setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) }));
  }, []);
  return { ...state, reload, set };
}
