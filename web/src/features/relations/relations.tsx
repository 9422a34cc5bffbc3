/** With which items an item has to do, by kind. */

import { Plus, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Picker } from "../../ui/picker.tsx";
import { toast } from "../../ui/toast.tsx";
import { ItemLine } from "../detail/item-line.tsx";
import type { Parts } from "../detail/parts.ts";
import { type Relations as Related, type RelationWord, relate, unrelate } from "../detail/remote.ts";
import { useResource } from "../detail/resource.ts";
import { Section } from "../detail/section.tsx";
import { findItems, itemOption, useCatalog } from "../properties/index.ts";
import { KINDS, type Kind, READ_ONLY } from "./kinds.ts";

interface Props {
  readonly item: WorkItem;
  readonly parts: Parts;
  readonly canEdit: boolean;
  /** The kind whose picker is open. */
  readonly adding: RelationWord | null;
  readonly onAdding: (kind: RelationWord | null) => void;
}

export function Relations({ item, parts, canEdit, adding, onAdding }: Props) {
  const { value } = useResource(parts.relations);
  const kinds = [...KINDS, ...READ_ONLY].filter((kind) => value && value[kind.word].length > 0);
  const anchor = useRef<HTMLDivElement>(null);
  const kind = KINDS.find((each) => each.word === adding);
  if (kinds.length === 0 && !kind) return null;
  return (
    <div ref={anchor}>
      <Section title="Relations" action={canEdit && <AddMenu onChoose={onAdding} />}>
        {kinds.map(({ word, title }) => (
          <div key={word} className="flex flex-col">
            <h3 className="pt-1 text-12 text-muted">{title}</h3>
            <ul>
              {value?.[word].map((end) => (
                <End
                  key={end.issue_id}
                  id={end.issue_id}
                  project={end.project_id}
                  onRemove={
                    canEdit && KINDS.some((each) => each.word === word) ? () => finish(parts, word, end.issue_id) : null
                  }
                />
              ))}
            </ul>
          </div>
        ))}
      </Section>
      {kind && <Add kind={kind} item={item} parts={parts} anchor={anchor} onDone={() => onAdding(null)} />}
    </div>
  );
}

export function AddMenu({ onChoose }: { onChoose: (kind: RelationWord) => void }) {
  return (
    <Menu
      align="end"
      trigger={
        <IconButton size="sm" label="Add relation">
          <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
      }
    >
      {KINDS.map((kind) => (
        <MenuItem key={kind.word} onSelect={() => setTimeout(() => onChoose(kind.word))}>
          {kind.add}
        </MenuItem>
      ))}
    </Menu>
  );
}

function End({ id, project, onRemove }: { id: Id; project: Id; onRemove: (() => void) | null }) {
  const engine = useEngine();
  const item = useRow("work_item", id);
  useEffect(() => {
    if (!item) engine.load(project).catch(() => undefined);
  }, [engine, item, project]);
  return (
    <li>
      {item ? (
        <ItemLine item={item} after={onRemove && <RemoveButton name={item.name} onRemove={onRemove} />} />
      ) : (
        <p className="flex min-h-8 items-center px-2 text-13 text-muted">An item of another project</p>
      )}
    </li>
  );
}

function RemoveButton({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <IconButton
      size="sm"
      label={`End the relation to ${name}`}
      onClick={onRemove}
      className="opacity-0 group-hover/line:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
    >
      <X size={14} aria-hidden="true" />
    </IconButton>
  );
}

interface AddProps {
  kind: Kind;
  item: WorkItem;
  parts: Parts;
  anchor: React.RefObject<HTMLDivElement | null>;
  onDone: () => void;
}

const MOST = 40;

function Add({ kind, item, parts, anchor, onDone }: AddProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const [query, setQuery] = useState("");
  const taken = useMemo(
    () => new Set(parts.relations.get().value?.[kind.word].map((end) => end.issue_id)),
    [parts, kind],
  );
  const options = findItems(
    engine,
    catalog,
    query,
    (other) => other.id !== item.id && !taken.has(other.id) && other.archived_at === null,
    MOST,
  ).map((other) => itemOption(catalog, other));
  return (
    <Picker
      label={kind.title}
      options={options}
      value={[]}
      anchor={anchor}
      open
      onOpenChange={(open) => !open && onDone()}
      onQuery={setQuery}
      onChange={([id]) => {
        const other = id === undefined ? undefined : engine.table("work_item").get(id);
        if (other) void begin(parts, kind.word, other);
        onDone();
      }}
      empty="No item is called so"
      className="w-96"
    />
  );
}

async function begin(parts: Parts, word: RelationWord, other: WorkItem): Promise<void> {
  put(parts, word, (ends) => [{ issue_id: other.id, project_id: other.project }, ...ends]);
  await done(parts, "The relation was not added", relate(parts.at, word, other.id));
}

function finish(parts: Parts, word: RelationWord, other: Id): void {
  put(parts, word, (ends) => ends.filter((end) => end.issue_id !== other));
  void done(parts, "The relation was not ended", unrelate(parts.at, word, other));
}

function put(parts: Parts, word: RelationWord, change: (ends: Related[RelationWord]) => Related[RelationWord]): void {
  parts.relations.set((value) => value && { ...value, [word]: change(value[word]) });
}

async function done(parts: Parts, failure: string, call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    toast(failure, { tone: "danger", detail: inWords(error).message });
  }
  parts.touched({ entity: "relation" });
}
