import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import { Header } from "../../app/header.tsx";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { StateIcon } from "../../ui/state-icon.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import { useLists } from "../items/loaded.ts";
import { useCatalog } from "../properties/catalog.ts";
import { type Hit, useHits } from "./hits.ts";

const wherever: Record<Hit["where"], string> = { key: "Key", title: "Title", text: "Text or comments" };

/** Full text search over all items that the viewer may see. What this browser holds answers at once, the server follows. */
export function SearchScreen() {
  const { q = "" } = useSearch({ strict: false });
  const { slug } = useEngine();
  // With the items held here, results are there at once and show their state.
  useLists(null);
  const { hits, waiting, error, retry, more } = useHits(q);
  const failed = error === null ? null : inWords(error);
  return (
    <>
      <Header crumbs={[{ label: "Search" }]} count={q === "" ? undefined : hits.length} />
      <Field q={q} />
      {failed && (
        <ErrorState
          message={failed.message}
          requestId={failed.requestId}
          retry={retry}
          detail="Below is what this browser holds."
          className="py-6"
        />
      )}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {q === "" && (
          <EmptyState sentence="Find items by key, by words of their title, their text or their comments." />
        )}
        {q !== "" && hits.length === 0 && !waiting && !failed && (
          <EmptyState sentence={`Nothing was found for “${q}”.`} />
        )}
        <ul aria-label="Results" aria-busy={waiting}>
          {hits.map((hit) => (
            <Result key={hit.id} hit={hit} slug={slug} q={q} />
          ))}
        </ul>
        {more && (
          <Button variant="ghost" disabled={waiting} onClick={more} className="m-3">
            Show more
          </Button>
        )}
      </div>
    </>
  );
}

function Field({ q }: { q: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(
      () => void navigate({ to: ".", search: { q: text.trim() || undefined }, replace: true }),
      150,
    );
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    document.querySelector<HTMLElement>("[data-hit]")?.focus();
  };
  return (
    <search className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-4">
      <Search aria-hidden="true" className="text-muted" />
      <input
        ref={field}
        type="text"
        aria-label="Search"
        placeholder="Search items"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        className="h-full min-w-0 flex-1 bg-transparent text-15 outline-none placeholder:text-faint"
      />
    </search>
  );
}

function Result({ hit, slug, q }: { hit: Hit; slug: string; q: string }) {
  const catalog = useCatalog();
  const state = hit.item && catalog.state(hit.item.state);
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const line = event.currentTarget.closest("li");
    const next = { ArrowDown: line?.nextElementSibling, ArrowUp: line?.previousElementSibling }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    next?.querySelector<HTMLElement>("[data-hit]")?.focus();
  };
  return (
    <li className="border-b border-line">
      <Link
        to="/$ws/item/$key"
        params={{ ws: slug, key: hit.address }}
        data-hit=""
        onKeyDown={walk}
        className="flex min-h-(--row) items-center gap-2.5 px-4 py-1 hover:bg-hover max-sm:flex-wrap"
      >
        {state ? (
          <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} label={state.name} />
        ) : (
          <span className="size-4 shrink-0" />
        )}
        <span className="tabular w-20 shrink-0 text-12 text-muted">{hit.key}</span>
        <span className="min-w-0 flex-1 truncate max-sm:order-last max-sm:basis-full max-sm:whitespace-normal">
          <Marked text={hit.name} q={q} />
        </span>
        <span className="shrink-0 text-12 text-muted">{catalog.project(hit.project)?.name}</span>
        <span className="w-28 shrink-0 text-right text-12 text-muted max-sm:w-auto">{wherever[hit.where]}</span>
      </Link>
    </li>
  );
}

/** The title with the words that were searched for marked. */
function Marked({ text, q }: { text: string; q: string }) {
  const words = q
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return text;
  const parts = text.split(new RegExp(`(${words.join("|")})`, "giu"));
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text are their places
      <mark key={index} className="rounded-[2px] bg-warning-soft text-text">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
