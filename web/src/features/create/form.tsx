import { CornerDownRight, X } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense, useRef, useState } from "react";
import type { Id } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { useCatalog } from "../properties/catalog.ts";
import { DraftChip } from "../properties/chips.tsx";
import type { EditableProperty } from "../properties/edit.ts";
import { dropWritten, keepWritten, type Written } from "./draft.ts";
import { createItem } from "./make.ts";
import type { CreateRequest } from "./store.ts";
import { chips, creatable, type DraftValues, firstProject, firstValues, fitInto, itemFields } from "./values.ts";

const Description = lazy(() => import("./description.tsx"));

interface CreateFormProps {
  request: CreateRequest;
  written: Written;
  onDone: () => void;
}

/** Title, text and properties of a new item. Ctrl+Enter makes it, with Shift the form stays for the next one. */
export function CreateForm({ request, written, onDone }: CreateFormProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const [project, setProject] = useState<Id | null>(() => firstProject(engine, catalog, request));
  const [values, setValues] = useState<DraftValues>(() => (project ? firstValues(catalog, request, project) : {}));
  const [more, setMore] = useState(false);
  const [round, setRound] = useState(0);
  const [missing, setMissing] = useState(false);
  const name = useRef(written.name);
  const text = useRef(written.text);
  const title = useRef<HTMLTextAreaElement>(null);
  if (project === null)
    return <EmptyState sentence="Items belong to a project, and there is none in which you may make some." />;

  const save = (stay: boolean) => {
    const given = name.current.trim();
    setMissing(given === "");
    title.current?.focus();
    if (given === "") return;
    createItem(engine, { project, name: given, description: text.current, ...itemFields(values) });
    dropWritten(engine, request.again);
    if (!stay) return onDone();
    name.current = "";
    text.current = "";
    setRound(round + 1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save(event.shiftKey || more);
  };
  const move = (next: Id) => {
    setProject(next);
    setValues(fitInto(catalog, values, next));
  };
  const setValue = (property: EditableProperty, list: readonly string[]) => setValues({ ...values, [property]: list });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the fields within
    <div onKeyDown={onKeyDown} className="flex max-h-[76vh] flex-col">
      <div className="flex items-center gap-2 px-4 pt-3">
        <Select
          aria-label="Project"
          value={project}
          disabled={request.parent !== undefined}
          onChange={(event) => move(event.currentTarget.value)}
          className="h-7! max-w-52 text-12!"
        >
          {creatable(catalog).map(({ id, name: label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
        {request.parent && <Parent id={request.parent} />}
        <IconButton label="Close" keys="Escape" className="ml-auto" onClick={onDone}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4 pt-2" key={round}>
        <textarea
          ref={title}
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to write here
          autoFocus
          rows={1}
          aria-label="Title"
          aria-invalid={missing}
          placeholder="Title"
          defaultValue={name.current}
          maxLength={255}
          onChange={(event) => {
            name.current = event.currentTarget.value.replace(/\n/g, " ");
            if (missing) setMissing(false);
            keepWritten(engine, "name", name.current, request.again);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
          }}
          className="field-sizing-content w-full shrink-0 resize-none bg-transparent py-1 text-15 font-medium outline-none placeholder:text-faint"
        />
        {missing && (
          <p role="alert" className="text-12 text-danger">
            A title is needed.
          </p>
        )}
        <Suspense fallback={<div className="min-h-24" />}>
          <Description
            key={project}
            project={project}
            html={text.current}
            onChange={(html) => {
              text.current = html;
              keepWritten(engine, "text", html, request.again);
            }}
            onSubmit={() => save(more)}
          />
        </Suspense>
      </div>
      <div className="flex flex-wrap gap-1.5 px-4 py-3">
        {chips.map((property) => (
          <DraftChip
            key={property}
            property={property}
            draft={{ project, values: values[property] ?? [], onChange: (list) => setValue(property, list) }}
          />
        ))}
      </div>
      <div className="flex items-center justify-end gap-3 border-t border-line px-4 py-2.5">
        <span className="mr-auto flex items-center gap-2 text-12 text-muted">
          <Switch label="Create another" checked={more} onChange={setMore} />
          <span aria-hidden="true">Create another</span>
        </span>
        <Button size="lg" variant="primary" onClick={() => save(more)}>
          Create item
          <Kbd keys="$mod+Enter" className="text-on-accent max-sm:hidden **:border-current/40 **:bg-transparent" />
        </Button>
      </div>
    </div>
  );
}

function Parent({ id }: { id: Id }) {
  const catalog = useCatalog();
  const item = useRow("work_item", id);
  if (!item) return null;
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-12 text-muted">
      <CornerDownRight aria-hidden="true" />
      <span className="truncate">
        Sub-item of {catalog.key(item)} {item.name}
      </span>
    </span>
  );
}
