import { CornerDownLeft, FileText, FolderClosed } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { answer, api, type Schemas } from "../api/client.ts";
import { closeLayer } from "../app/shell-state.ts";
import { keyOf } from "../features/properties/address.ts";
import { fold, score } from "../lib/match.ts";
import type { Engine } from "../sync/contract.ts";
import { cx } from "../ui/classes.ts";
import { Dialog } from "../ui/dialog.tsx";
import { OPTION } from "../ui/float.ts";
import { Kbd } from "../ui/kbd.tsx";
import { StateIcon } from "../ui/state-icon.tsx";
import { currentContext, currentPlace } from "./context.ts";
import { commandHits, type Hit, itemHits, matching, projectHits, type RemoteHit } from "./find.ts";
import { all, type CommandContext } from "./registry.ts";
import { runCommand } from "./run.ts";

/** Everything that can be done and gone to, by its name. The context is that of the moment when it opened. */
export default function Palette() {
  const [context] = useState(currentContext);
  return (
    <Dialog
      open
      bare
      place="top"
      title="Command palette"
      onOpenChange={() => closeLayer("palette")}
      className="max-w-150 overflow-hidden"
    >
      <Content context={context} />
    </Dialog>
  );
}

interface Part {
  readonly title: string;
  readonly hits: readonly Hit[];
}

function Content({ context }: { context: CommandContext }) {
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const remote = useRemoteHits(asked);
  const parts = useMemo(() => partsOf(context, asked, remote), [context, asked, remote]);
  const hits = parts.flatMap((part) => part.hits);
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(hits.length - 1, 0));
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    list.current?.querySelector(`[id="${listId}-${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at, listId]);

  const choose = (hit: Hit | undefined) => {
    if (!hit) return;
    closeLayer("palette");
    // After the dialog has given the focus back, so that a picker opens at the row it came from.
    setTimeout(() => act(hit, context));
  };
  /** Who types fast means what he has typed, not the list that is still on the screen. */
  const hitNow = () => (asked === query ? hits : partsOf(context, query, remote).flatMap((part) => part.hits))[at];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((at + step + hits.length) % Math.max(hits.length, 1));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) choose(hitNow());
    else return;
    event.preventDefault();
  };

  let index = 0;
  return (
    <div className="flex max-h-[min(28rem,72vh)] flex-col">
      <Subject context={context} />
      <input
        role="combobox"
        aria-label="Search commands and items"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={hits.length > 0 ? `${listId}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="Type a command, a key or a title"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-15 outline-none placeholder:text-faint"
      />
      <div ref={list} id={listId} role="listbox" aria-label="Results" className="min-h-0 overflow-y-auto p-1.5">
        {parts.map((part) => (
          // biome-ignore lint/a11y/useSemanticElements: a group within a listbox is no fieldset
          <div key={part.title} role="group" aria-label={part.title}>
            <div aria-hidden="true" className="px-2 pt-2 pb-1 text-11 font-medium text-muted">
              {part.title}
            </div>
            {part.hits.map((hit) => {
              const own = index++;
              return (
                <Row
                  key={`${hit.kind} ${hit.id}`}
                  id={`${listId}-${own}`}
                  hit={hit}
                  engine={context.engine}
                  active={own === at}
                  onHover={() => setActive(own)}
                  onChoose={() => choose(hit)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {hits.length === 0 && (
        <p role="status" className="px-4 py-6 text-center text-13 text-muted">
          Nothing is called “{query.trim()}”
        </p>
      )}
    </div>
  );
}

/** What the commands would act on. */
function Subject({ context }: { context: CommandContext }) {
  const { engine, items } = context;
  const first = items[0] ? engine?.table("work_item").get(items[0]) : undefined;
  const project = first && engine?.table("project").get(first.project);
  if (!first || !project) return null;
  return (
    <p className="truncate px-4 pt-3 text-12 text-muted">
      {items.length === 1 ? (
        <>
          <span className="tabular">{keyOf(project, first)}</span> {first.name}
        </>
      ) : (
        `${items.length} items selected`
      )}
    </p>
  );
}

function partsOf(context: CommandContext, query: string, remote: readonly RemoteHit[]): Part[] {
  const commands = commandHits(all(), context);
  if (query.trim() === "") return bySection(context, commands);
  const { engine } = context;
  const items = engine ? itemHits(engine, query, 12) : [];
  const held = new Set(items.map(({ id }) => id));
  const others = remote.filter(({ id }) => !held.has(id));
  const words = fold(query.trim());
  const byKey = items.length > 0 && /^([a-z0-9]+-)?\d+$/i.test(query.trim());
  const found: Part[] = [
    { title: "Commands", hits: matching(commands, query).slice(0, 12) },
    { title: "Projects", hits: engine ? projectHits(engine, query).slice(0, 5) : [] },
    // Items of projects that are not held here are known to the server alone.
    { title: "Items", hits: [...items, ...others.filter(({ title }) => score(fold(title), words) > 0)].slice(0, 16) },
    { title: "In text and comments", hits: others.filter(({ title }) => score(fold(title), words) === 0).slice(0, 8) },
  ];
  // A key was typed: the item is what is wanted.
  return (byKey ? [...found].reverse() : found).filter(({ hits }) => hits.length > 0);
}

function bySection({ engine }: CommandContext, commands: readonly Hit[]): Part[] {
  const parts = new Map<string, Hit[]>();
  for (const hit of commands) {
    if (hit.kind !== "command") continue;
    const { section } = hit.command;
    parts.set(section, [...(parts.get(section) ?? []), hit]);
    if (section === "Go to" && engine && !parts.has("Projects")) parts.set("Projects", projectHits(engine, ""));
  }
  return [...parts].map(([title, hits]) => ({ title, hits })).filter(({ hits }) => hits.length > 0);
}

/** What the server finds in texts and comments, once the typing pauses. Offline there is simply less. */
function useRemoteHits(query: string): readonly RemoteHit[] {
  const [found, setFound] = useState<{ query: string; hits: readonly RemoteHit[] }>({ query: "", hits: [] });
  useEffect(() => {
    const slug = currentPlace().workspace;
    const text = query.trim();
    if (!slug || text.length < 3) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const params = { path: { slug }, query: { search: text, limit: 20, workspace_search: true } };
      const call = api.GET("/api/v1/workspaces/{slug}/work-items/search/", { params, signal: stop.signal });
      const result = await answer(call).catch(() => null);
      if (result && !stop.signal.aborted) setFound({ query: text, hits: result.issues.map(hitOf) });
    }, 180);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  return found.query === query.trim() ? found.hits : [];
}

function hitOf(found: Schemas["SearchedWorkItem"]): RemoteHit {
  return { kind: "remote", id: found.id, key: `${found.project__identifier}-${found.sequence_id}`, title: found.name };
}

function act(hit: Hit, context: CommandContext): void {
  const at = `/${currentPlace().workspace}`;
  if (hit.kind === "command") runCommand(hit.command, context);
  else if (hit.kind === "project") context.navigate(`${at}/p/${hit.project.identifier}/items`);
  else context.navigate(`${at}/item/${hit.kind === "item" ? hit.address : hit.key}`);
}

interface RowProps {
  id: string;
  hit: Hit;
  engine: Engine | null;
  active: boolean;
  onHover: () => void;
  onChoose: () => void;
}

function Row({ id, hit, engine, active, onHover, onChoose }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      data-highlighted={active ? "" : undefined}
      onPointerMove={() => !active && onHover()}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={cx(OPTION, "min-h-8 gap-2.5")}
    >
      {inside(hit, engine)}
      {active && hit.kind !== "command" && <CornerDownLeft aria-hidden="true" className="text-faint" />}
    </div>
  );
}

function inside(hit: Hit, engine: Engine | null): ReactNode {
  switch (hit.kind) {
    case "command": {
      const keys = hit.command.keys?.[0];
      return (
        <>
          <span className="min-w-0 flex-1 truncate">{hit.title}</span>
          {keys && <Kbd keys={keys} />}
        </>
      );
    }
    case "project":
      return (
        <>
          <FolderClosed aria-hidden="true" className="text-muted" />
          <span className="min-w-0 flex-1 truncate">{hit.project.name}</span>
          <span className="tabular text-12 text-muted">{hit.project.identifier}</span>
        </>
      );
    case "item": {
      const state = engine?.table("state").get(hit.item.state);
      return (
        <>
          <StateIcon group={state?.group ?? "backlog"} color={state?.color} label={state?.name} />
          <span className="tabular shrink-0 text-12 text-muted">{hit.key}</span>
          <span className="min-w-0 flex-1 truncate">{hit.item.name}</span>
          <span className="max-w-32 shrink-0 truncate text-12 text-muted max-sm:hidden">{hit.project.name}</span>
        </>
      );
    }
    case "remote":
      return (
        <>
          <FileText aria-hidden="true" className="text-muted" />
          <span className="tabular shrink-0 text-12 text-muted">{hit.key}</span>
          <span className="min-w-0 flex-1 truncate">{hit.title}</span>
        </>
      );
  }
}
