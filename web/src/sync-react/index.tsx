/** The engine's tables and views as React state. */

import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { Engine, Presence, Status } from "../sync/contract.ts";
import type { Entity, Id, Rows } from "../sync/rows.ts";
import type { View, ViewSpec } from "../sync/view-spec.ts";

const EngineContext = createContext<Engine | null>(null);

export function EngineProvider({ engine, children }: { engine: Engine; children: ReactNode }) {
  return <EngineContext value={engine}>{children}</EngineContext>;
}

/** The engine of the workspace on the screen. Throws outside of a workspace. */
export function useEngine(): Engine {
  const engine = use(EngineContext);
  if (!engine) throw new Error("There is no workspace here.");
  return engine;
}

/** A row as it is now; undefined when there is none, or no id. */
export function useRow<E extends Entity>(entity: E, id: Id | null | undefined): Rows[E] | undefined {
  const table = useEngine().table(entity);
  const subscribe = useCallback((listener: () => void) => (id ? table.subscribeRow(id, listener) : noop), [table, id]);
  return useSyncExternalStore(subscribe, () => (id ? table.get(id) : undefined));
}

/** All rows; the same array until one changes. */
export function useTable<E extends Entity>(entity: E): readonly Rows[E][] {
  const table = useEngine().table(entity);
  const subscribe = useCallback((listener: () => void) => table.subscribe(listener), [table]);
  const version = useSyncExternalStore(subscribe, () => table.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the rows
  return useMemo(() => [...table.all()], [table, version]);
}

/** What a view shows now; the same object until that changes. */
export function useView(spec: ViewSpec): View {
  const engine = useEngine();
  const name = JSON.stringify(spec);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the spec
  const view = useMemo(() => engine.view(spec), [engine, name]);
  const subscribe = useCallback((listener: () => void) => view.subscribe(listener), [view]);
  return useSyncExternalStore(subscribe, () => view.get());
}

export function useStatus(): Status {
  const engine = useEngine();
  const subscribe = useCallback((listener: () => void) => engine.onStatus(listener), [engine]);
  return useSyncExternalStore(subscribe, () => engine.status());
}

/** Holds a project's items while it is on the screen. `failed`: they cannot be had. */
export function useLoaded(project: Id | null): { readonly loaded: boolean; readonly failed: boolean } {
  const engine = useEngine();
  const [state, setState] = useState({ project, loaded: project !== null && engine.isLoaded(project), failed: false });
  useEffect(() => {
    if (project === null) return;
    let current = true;
    const set = (loaded: boolean): void => {
      if (current) setState({ project, loaded, failed: !loaded });
    };
    engine.load(project).then(
      () => set(true),
      () => set(false),
    );
    return () => {
      current = false;
    };
  }, [engine, project]);
  if (state.project === project) return state;
  return { loaded: project !== null && engine.isLoaded(project), failed: false };
}

/** Who else looks at a topic such as `item:<id>`. Looking is said by `engine.look`. */
export function usePresence(topic: string | null): readonly Presence[] {
  const engine = useEngine();
  const [people, setPeople] = useState<readonly Presence[]>(NOBODY);
  useEffect(() => {
    setPeople(NOBODY);
    return topic === null ? undefined : engine.present(topic, setPeople);
  }, [engine, topic]);
  return people;
}

const NOBODY: readonly Presence[] = [];
const noop = (): void => {};
