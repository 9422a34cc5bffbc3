import { Plus, TextCursorInput, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Condition, Filter, FilterKey } from "../../sync/view-spec.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { AddFilter } from "./add.tsx";
import { FilterChip } from "./chip.tsx";
import { parseQuery } from "./parse.ts";
import { addPart, fromParts, isComplete, operatorsOf, partsOf, withPart } from "./parts.ts";
import { printQuery } from "./print.ts";
import { QueryField } from "./query-field.tsx";
import { closeFilter, openFilter, useFilterPart } from "./store.ts";

export interface FilterBarProps {
  query: string;
  catalog: Catalog;
  project: string | null;
  onChange: (query: string) => void;
}

/** The filter as chips or as text; both are the same query. There is no bar while there is no filter. */
export function FilterBar({ query, catalog, project, onChange }: FilterBarProps) {
  const part = useFilterPart();
  const vocabulary = useMemo(() => catalog.vocabulary(project), [catalog, project]);
  const { filter, problems } = useMemo(() => parseQuery(query, vocabulary), [query, vocabulary]);
  const [fresh, setFresh] = useState<Condition | null>(null);
  const change = useCallback((next: Filter | null) => onChange(printQuery(next, vocabulary)), [onChange, vocabulary]);
  const parts = partsOf(filter);

  const add = (condition: Condition) => {
    const same = parts.findIndex((other) => "op" in other && other.key === condition.key && other.op === "in");
    const held = parts[same];
    if (condition.op === "in" && held && "op" in held) {
      change(withPart(filter, same, { ...held, values: [...new Set([...held.values, ...condition.values])] }));
    } else change(addPart(filter, condition));
  };
  const begin = (key: FilterKey) => setFresh({ key, op: operatorsOf(key, false)[0]?.op ?? "in", values: [] });
  const settle = () => {
    if (fresh && isComplete(fresh)) add(fresh);
    setFresh(null);
  };

  // What the address says may not be readable; then it is shown as it was typed, with what is wrong.
  const typing = part === "text" || (problems.length > 0 && query !== "");
  useEffect(() => () => closeFilter("text"), []);
  const adding = {
    catalog,
    project,
    open: part === "add",
    onOpenChange: (open: boolean) => (open ? openFilter("add") : closeFilter("add")),
    onAdd: add,
    onBegin: begin,
  };
  if (query === "" && !fresh && part !== "text") return <AddFilter {...adding} />;
  return (
    <div className="flex min-h-10 shrink-0 items-start gap-1.5 border-b border-line px-4 py-1.5 max-sm:px-3">
      {typing ? (
        <QueryField query={query} vocabulary={vocabulary} onChange={onChange} onDone={() => closeFilter("text")} />
      ) : (
        // On a phone one line that is scrolled: lines of chips would leave little of the list.
        <div className="flex min-w-0 flex-1 items-center gap-1.5 max-sm:overflow-x-auto max-sm:[scrollbar-width:none] sm:flex-wrap">
          {parts.map((given, index) => (
            <FilterChip
              // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
              key={index}
              part={given}
              text={printQuery(given, vocabulary)}
              catalog={catalog}
              project={project}
              fresh={false}
              onChange={(next) => change(withPart(filter, index, "op" in next && !isComplete(next) ? null : next))}
              onRemove={() => change(withPart(filter, index, null))}
              onSettled={() => undefined}
              onEditText={() => openFilter("text")}
            />
          ))}
          {fresh && (
            <FilterChip
              key={`fresh ${fresh.key}`}
              part={fresh}
              text={fresh.key}
              catalog={catalog}
              project={project}
              fresh
              onChange={(next) => "op" in next && setFresh(next)}
              onRemove={() => setFresh(null)}
              onSettled={settle}
              onEditText={() => undefined}
            />
          )}
          <AddFilter
            {...adding}
            trigger={
              <IconButton label="Add filter" keys="f">
                <Plus aria-hidden="true" />
              </IconButton>
            }
          />
        </div>
      )}
      <IconButton
        label={typing ? "Show as chips" : "Type the filter"}
        keys={typing ? undefined : "Shift+l"}
        aria-pressed={typing}
        onClick={() => (typing ? closeFilter("text") : openFilter("text"))}
      >
        <TextCursorInput aria-hidden="true" />
      </IconButton>
      <Button
        variant="ghost"
        icon={<X aria-hidden="true" />}
        onClick={() => {
          setFresh(null);
          closeFilter("text");
          change(fromParts([]));
        }}
        aria-label="Clear filters"
      >
        <span className="max-sm:hidden">Clear</span>
      </Button>
    </div>
  );
}
