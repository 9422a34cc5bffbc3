/** What was archived in a project, to look it up and to take it back. */

import { useParams } from "@tanstack/react-router";
import { ArchiveRestore } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useFetched } from "../../app/fetched.ts";
import { Header } from "../../app/header.tsx";
import { dayLabel, fullDay } from "../../lib/dates.ts";
import type { Project } from "../../sync/rows.ts";
import { useEngine, useStatus } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { keyOf } from "../properties/address.ts";
import { useCatalog } from "../properties/catalog.ts";
import { mayMake } from "../properties/rights.ts";
import { type Archived, type Page, readArchived, rowOf } from "./remote.ts";

export function ArchiveScreen() {
  const { project: letters = "" } = useParams({ strict: false });
  const catalog = useCatalog();
  const project = catalog.projects().find(({ identifier }) => identifier.toLowerCase() === letters.toLowerCase());
  if (!project) {
    return (
      <ErrorState
        message={`There is no project “${letters}” here`}
        detail="It may have been deleted or archived, or you are not a member of it."
        className="flex-1 justify-center"
      />
    );
  }
  return <Archive key={project.id} project={project} />;
}

function Archive({ project }: { project: Project }) {
  const engine = useEngine();
  const { unsent } = useStatus();
  const [busy, setBusy] = useState(false);
  const { data, error, reload, set } = useFetched<Page>(project.id, () => readArchived(engine.slug, project.id, null));
  const items = data?.items ?? [];
  // Once the server has what was taken back, or undone, it says what there is now.
  const before = useRef(unsent);
  useEffect(() => {
    if (before.current > 0 && unsent === 0) void reload();
    before.current = unsent;
  }, [unsent, reload]);
  const drop = (id: string) =>
    set((page) => ({ ...page, total: page.total - 1, items: page.items.filter((item) => item.id !== id) }));
  const more = async () => {
    if (!data?.next) return;
    setBusy(true);
    try {
      const page = await readArchived(engine.slug, project.id, data.next);
      set((before) => ({ ...page, items: [...before.items, ...page.items] }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Header
        crumbs={[
          { label: project.name, to: `/${engine.slug}/p/${project.identifier}/items` },
          { label: "Archived items" },
        ]}
        count={data?.total}
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {error && (
          <ErrorState
            message={error.message}
            detail="Archived items are on the server only. They show when there is a connection."
            requestId={error.requestId}
            retry={() => void reload()}
            className="py-6"
          />
        )}
        {!data && !error && <Waiting>Loading archived items…</Waiting>}
        {data && items.length === 0 && (
          <EmptyState sentence="Nothing is archived here. Completed and cancelled items can be, to keep lists short." />
        )}
        <ul aria-label="Archived items">
          {items.map((item) => (
            <Line key={item.id} item={item} project={project} onTaken={() => drop(item.id)} />
          ))}
        </ul>
        {data?.next && (
          <Button variant="ghost" disabled={busy} onClick={() => void more()} className="m-3">
            Show more
          </Button>
        )}
      </div>
    </>
  );
}

function Line({ item, project, onTaken }: { item: Archived; project: Project; onTaken: () => void }) {
  const engine = useEngine();
  const catalog = useCatalog();
  const state = catalog.state(item.state);
  const key = keyOf(project, item);
  const take = () => {
    const row = { ...rowOf(item) };
    const change = { kind: "update", entity: "work_item", id: item.id, patch: { archived_at: null }, row } as const;
    engine.mutate(change, { label: `Took ${key} back from the archive` }).sent.catch(() => undefined);
    onTaken();
  };
  return (
    <li className="flex min-h-(--row) items-center gap-2.5 border-b border-line px-4 py-1 max-sm:flex-wrap">
      {state && (
        <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} label={state.name} />
      )}
      <span className="tabular w-20 shrink-0 text-12 text-muted">{key}</span>
      <span className="min-w-0 flex-1 truncate max-sm:order-last max-sm:basis-full max-sm:whitespace-normal">
        {item.name}
      </span>
      {item.archived_at && (
        <span className="shrink-0 text-12 text-muted" {...tip(`Archived ${fullDay(item.archived_at)}`)}>
          {dayLabel(item.archived_at)}
        </span>
      )}
      {mayMake(catalog, project.id) && (
        <Button
          size="sm"
          icon={<ArchiveRestore size={14} aria-hidden="true" />}
          aria-label={`Take back ${key}`}
          onClick={take}
        >
          Take back
        </Button>
      )}
    </li>
  );
}
