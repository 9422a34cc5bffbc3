import { ListFilter } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";
import { fold, score } from "../../lib/match.ts";
import type { Condition, FilterKey } from "../../sync/view-spec.ts";
import { Picker, type PickerOption } from "../../ui/picker.tsx";
import type { Catalog } from "../properties/catalog.ts";
import { filterable, propertyOfFilter } from "../properties/definitions.ts";
import { filterOptions } from "../properties/options.tsx";
import { isDate } from "./words.ts";

export interface AddFilterProps {
  catalog: Catalog;
  project: string | null;
  /** What it asks must mean the same to everybody: neither "me" nor words that only lists find. */
  fixed?: boolean | undefined;
  /** Left out: it stands at the button of the header. */
  trigger?: ReactElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A whole condition, such as "priority is urgent". */
  onAdd: (condition: Condition) => void;
  /** Only the property; its chip asks for the value. */
  onBegin: (key: FilterKey) => void;
}

const most = 30;

/** What to filter by: a property, or at once one of its values. Typing "urgent" and Enter is enough. */
export function AddFilter(props: AddFilterProps) {
  const { catalog, project, fixed = false, trigger, open, onOpenChange, onAdd, onBegin } = props;
  const [query, setQuery] = useState("");
  const offered = useMemo(() => offer(catalog, project, query, fixed), [catalog, project, query, fixed]);
  const set = (next: boolean) => {
    if (!next) setQuery("");
    onOpenChange(next);
  };
  const choose = (id: string | undefined) => {
    const { key, value } = offered.find(({ option }) => option.id === id) ?? {};
    if (!key) return;
    if (value === undefined) onBegin(key);
    else onAdd({ key, op: key === "text" ? "contains" : "in", values: [value] });
  };
  return (
    <Picker
      label="Filter by"
      trigger={trigger}
      anchor={trigger ? undefined : headerButton}
      open={open}
      onOpenChange={set}
      options={offered.map(({ option }) => option)}
      value={[]}
      onQuery={setQuery}
      onChange={([id]) => choose(id)}
    />
  );
}

function headerButton(): Element | null {
  return document.querySelector("[data-filter-button]");
}

interface Offer {
  readonly option: PickerOption;
  readonly key: FilterKey;
  readonly value?: string;
}

function offer(catalog: Catalog, project: string | null, query: string, fixed: boolean): Offer[] {
  const text = fold(query.trim());
  const keys = filterable.flatMap(({ filter }) =>
    filter && !(filter === "project" && project) && !(filter === "text" && fixed) ? [filter] : [],
  );
  if (text === "") return keys.map((key) => propertyOffer(key));
  const ranked: { offer: Offer; rank: number }[] = [];
  for (const key of keys) {
    const { title } = propertyOfFilter(key);
    ranked.push({ offer: propertyOffer(key), rank: score(fold(title), text) });
    if (isDate(key) || key === "text" || key === "parent") continue;
    for (const option of filterOptions(catalog, key, project, fixed)) {
      const rank = Math.max(score(fold(option.label), text), score(fold(option.keywords ?? ""), text) / 2);
      ranked.push({
        offer: { option: { ...option, id: `${key}:${option.id}`, hint: title }, key, value: option.id },
        rank,
      });
    }
  }
  const found = ranked
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ offer }) => offer);
  if (fixed) return found;
  const words: Offer = {
    key: "text",
    value: query.trim(),
    option: {
      id: "text",
      label: `Title contains “${query.trim()}”`,
      icon: <ListFilter aria-hidden="true" className="text-muted" />,
    },
  };
  return [...found, words];
}

function propertyOffer(key: FilterKey): Offer {
  const { title, icon: Icon } = propertyOfFilter(key);
  return { key, option: { id: key, label: title, icon: <Icon aria-hidden="true" className="text-muted" /> } };
}
