import { useParams, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo } from "react";
import { register } from "../../commands/registry.ts";
import type { Id } from "../../sync/rows.ts";
import type { Filter, View, ViewSpec } from "../../sync/view-spec.ts";
import { useEngine, useView } from "../../sync-react/index.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { BulkBar } from "../bulk/bar.tsx";
import { FilterBar } from "../filters/bar.tsx";
import { FindField, useFindText } from "../filters/find.tsx";
import { parseQuery } from "../filters/parse.ts";
import { resolveMe } from "../filters/parts.ts";
import { useCatalog } from "../properties/catalog.ts";
import { mayMake } from "../properties/rights.ts";
import { scaleOf } from "../properties/scales.ts";
import type { ViewSettings } from "../views/search.ts";
import { usual, usualAcross } from "../views/search.ts";
import { type UsedView, useViewSettings } from "../views/use-view.ts";
import { itemCommands } from "./commands.ts";
import { Nothing } from "./empty.tsx";
import { ItemsHeader } from "./items-header.tsx";
import { List } from "./list.tsx";
import { listCommands } from "./list-commands.ts";
import { useLists } from "./loaded.ts";
import { type Scene, setStage } from "./scene.ts";
import { selection } from "./selection.ts";

const Board = lazy(() => import("./board.tsx"));
const Peek = lazy(() => import("../detail/peek.tsx").then(({ Peek: component }) => ({ default: component })));

/** The items of a project, of all projects, or of the viewer, as list or board. */
export function ItemsScreen() {
  // The rows and their keys come together, however long the rest of the workspace takes.
  useLayoutEffect(() => register([...listCommands, ...itemCommands]), []);
  const { project: letters, tab, ws } = useParams({ strict: false });
  const router = useRouter();
  const catalog = useCatalog();
  const project =
    letters === undefined ? null : (catalog.projects().find((row) => isCalled(row, letters)) ?? undefined);
  if (project === undefined) {
    return (
      <ErrorState
        message={`There is no project “${letters}” here`}
        detail="It may have been deleted or archived, or you are not a member of it."
        action={{ label: "Go to projects", keys: "g p", run: () => void router.navigate({ href: `/${ws}/projects` }) }}
        className="flex-1 justify-center"
      />
    );
  }
  const mine = tab === undefined ? null : tab === "created" ? "created" : "assigned";
  return <Items key={`${project?.id} ${mine}`} project={project?.id ?? null} mine={mine} />;
}

function isCalled({ identifier, id }: { identifier: string; id: string }, letters: string): boolean {
  return identifier.toLowerCase() === letters.toLowerCase() || id === letters;
}

interface ItemsProps {
  project: Id | null;
  mine: "assigned" | "created" | null;
}

function Items({ project, mine }: ItemsProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const scope = mine ? `my ${mine}` : (project ?? "all");
  const used = useViewSettings(scope, project ? usual : usualAcross);
  const state = useLists(project);
  useEffect(() => {
    if (project !== null) scaleOf(engine, project).want();
  }, [engine, project]);
  const find = useFindText();
  const base = useMemo(() => fixed(mine, engine.userId), [mine, engine.userId]);
  const spec = useSpec(project, base, used.settings, find);
  const view = useView(spec);
  const scene = useScene(scope, project, mine, used);
  useStage(scene, view, used);
  usePeekFollows(used);
  // What is focused and chosen stays so in another layout, and goes with the screen: before the next one says what is on it.
  useLayoutEffect(() => () => selection.reset(), []);
  const { settings, change } = used;
  const filtered = settings.query !== "" || find !== "";
  const onQuery = useCallback((query: string) => change({ query }), [change]);

  return (
    <div className="flex min-h-0 flex-1">
      <div className="relative flex min-w-0 flex-1 flex-col">
        <ItemsHeader scene={scene} mine={mine} view={view} used={used} loading={state === "loading"} />
        <FilterBar query={settings.query} catalog={catalog} project={project} onChange={onQuery} />
        <FindField />
        {view.total === 0 ? (
          <Nothing
            state={state}
            scene={scene}
            mine={mine}
            filtered={filtered}
            base={base}
            onClear={() => change({ query: "" })}
          />
        ) : settings.layout === "board" && settings.group !== null ? (
          <Suspense fallback={<Waiting />}>
            <Board view={view} settings={settings} scene={scene} />
          </Suspense>
        ) : (
          <List view={view} settings={settings} scene={scene} />
        )}
        <BulkBar />
      </div>
      {used.peek !== null && (
        <Suspense
          fallback={<aside aria-label="Item" className="w-(--peek) shrink-0 border-l border-line max-lg:hidden" />}
        >
          <Peek
            address={used.peek}
            onClose={() => used.setPeek(null)}
            onWalk={walk}
            onMoved={(address) => used.setPeek(address, true)}
          />
        </Suspense>
      )}
    </div>
  );
}

function walk(by: 1 | -1): void {
  selection.move(by);
}

/** What a personal list is about. */
function fixed(mine: ItemsProps["mine"], me: Id): Filter | null {
  if (mine === null) return null;
  return { key: mine === "created" ? "created_by" : "assignee", op: "in", values: [me] };
}

function useSpec(project: Id | null, base: Filter | null, settings: ViewSettings, find: string): ViewSpec {
  const engine = useEngine();
  const catalog = useCatalog();
  const filter = useMemo(() => {
    const typed = parseQuery(settings.query, catalog.vocabulary(project)).filter;
    const words: Filter | null = find === "" ? null : { key: "text", op: "contains", values: [find] };
    const parts = [base, typed && resolveMe(typed, engine.userId), words].filter((part) => part !== null);
    return parts.length > 1 ? { and: parts } : (parts[0] ?? null);
  }, [settings.query, catalog, project, base, find, engine.userId]);
  const { group, sub, order, subItems, emptyGroups, layout } = settings;
  return useMemo(
    () => ({
      project,
      filter,
      // A board needs columns.
      group: layout === "board" ? (group ?? (project ? "state" : "state_group")) : group,
      subgroup: sub,
      order,
      subItems,
      archived: false,
      emptyGroups:
        emptyGroups || (layout === "board" && (group === "state" || group === "state_group" || group === "priority")),
    }),
    [project, filter, group, sub, order, subItems, emptyGroups, layout],
  );
}

function useScene(scope: string, project: Id | null, mine: ItemsProps["mine"], { setPeek, peek }: UsedView): Scene {
  const engine = useEngine();
  const catalog = useCatalog();
  const row = project === null ? undefined : catalog.project(project);
  const title = row?.name ?? (mine ? "My work" : "All items");
  const canCreate =
    project === null ? catalog.projects().some(({ id }) => mayMake(catalog, id)) : mayMake(catalog, project);
  const open = useCallback(
    (id: Id) => {
      const item = engine.table("work_item").get(id);
      if (item) setPeek(catalog.address(item), peek !== null);
    },
    [engine, catalog, setPeek, peek],
  );
  const base = `/${engine.slug}`;
  return useMemo(
    () => ({ scope: `${base}/${scope}`, title, project, base, canCreate, open }),
    [scope, title, project, base, canCreate, open],
  );
}

/** Tells the commands what is on the screen. */
function useStage(scene: Scene, view: View, { settings, change, peek, setPeek }: UsedView): void {
  useLayoutEffect(() => {
    setStage({ scene, view, settings, change, peek, closePeek: () => setPeek(null) });
    return () => setStage(null);
  }, [scene, view, settings, change, peek, setPeek]);
}

/** While an item is open beside the list, walking through the list walks it too. */
function usePeekFollows({ peek, setPeek }: UsedView): void {
  const engine = useEngine();
  const catalog = useCatalog();
  const open = peek !== null;
  useEffect(() => {
    if (!open) return;
    let last = selection.get().focus?.id;
    return selection.subscribe(() => {
      const id = selection.get().focus?.id;
      if (id === last || id === undefined) return;
      last = id;
      const item = engine.table("work_item").get(id);
      if (item) setPeek(catalog.address(item), true);
    });
  }, [open, engine, catalog, setPeek]);
}
