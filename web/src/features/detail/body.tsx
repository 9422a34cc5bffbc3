/** Everything about an item, as the panel and the page both show it. */

import { Link2, ListTree, Paperclip, Plus, Waypoints } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { warmEditor } from "../../editor/lazy.tsx";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuGroup, MenuItem } from "../../ui/menu.tsx";
import { Stream } from "../activity/stream.tsx";
import { Attachments, DropZone } from "../attachments/attachments.tsx";
import { Links } from "../attachments/links.tsx";
import { attach } from "../attachments/sending.ts";
import type { WriterHandle } from "../comments/writer.tsx";
import { mayAttach, mayEdit, mayLink, useCatalog } from "../properties/index.ts";
import { KINDS } from "../relations/kinds.ts";
import { Relations } from "../relations/relations.tsx";
import { type Addable, useDetailCommands } from "./commands.ts";
import { Description } from "./description.tsx";
import { useParts } from "./parts.ts";
import { Properties } from "./properties.tsx";
import { useTextServices } from "./services.ts";
import { SubItems } from "./sub-items.tsx";
import { ItemTitle } from "./title.tsx";

interface Props {
  readonly item: WorkItem;
  /** Nothing can be changed: it is gone, archived, or not for this user. */
  readonly readOnly: boolean;
  readonly layout: "page" | "peek";
  readonly banner?: ReactNode;
  /** Whether the page shows the properties at the side. */
  readonly showSide?: boolean;
}

export function ItemBody({ item, readOnly, layout, banner, showSide = true }: Props) {
  const engine = useEngine();
  const parts = useParts(item);
  const catalog = useCatalog();
  const canEdit = !readOnly && mayEdit(catalog, item);
  const canLink = !readOnly && mayLink(catalog, item);
  const canAttach = !readOnly && mayAttach(catalog, item);
  const attachFiles = useCallback((files: readonly File[]) => attach(parts, files), [parts]);
  /** With the project its states, labels and people are gone: nothing is said where nothing is known. */
  const knows = useRow("project", item.project) !== undefined;
  const services = useTextServices(item.project, attachFiles);
  const [adding, setAdding] = useState<Addable | null>(null);
  const writer = useRef<WriterHandle>(null);
  const files = useRef<HTMLInputElement>(null);
  const isTaken = item.version > 0;
  useLook(isTaken ? item.id : null);
  useWarmEditor();
  useDetailCommands(item, {
    canEdit: canEdit && isTaken,
    canLink: canLink && isTaken,
    canAttach: canAttach && isTaken,
    canComment: !readOnly && isTaken,
    layout,
    add: setAdding,
    attach: () => files.current?.click(),
    comment: () => writer.current?.focus(),
  });

  // What hangs on an item can be had and made only once the server has it.
  const main = !isTaken ? (
    <p className="late text-13 text-muted">
      Its text, comments and files come as soon as the server has this item. What you change above is kept until then.
    </p>
  ) : (
    <>
      <Description key={item.id} parts={parts} services={services} canEdit={canEdit} />
      {canAttach && <AddBar canLink={canLink} onAdd={setAdding} onFile={() => files.current?.click()} />}
      <SubItems
        item={item}
        canAdd={canLink}
        adding={adding === "sub"}
        onAdding={(on) => setAdding(on ? "sub" : null)}
      />
      <Relations
        item={item}
        parts={parts}
        canEdit={canLink}
        adding={KINDS.find((kind) => kind.word === adding)?.word ?? null}
        onAdding={setAdding}
      />
      <Links
        parts={parts}
        count={item.link_count}
        canEdit={canLink}
        adding={adding === "link"}
        onAdding={(on) => setAdding(on ? "link" : null)}
      />
      <Attachments
        parts={parts}
        count={item.attachment_count}
        canAdd={canAttach}
        canRemove={(file) => canLink || (canAttach && file.created_by === engine.userId)}
        onPick={() => files.current?.click()}
      />
      <Stream
        item={item}
        parts={parts}
        services={services}
        canComment={!readOnly}
        onAttach={() => files.current?.click()}
        writer={writer}
      />
    </>
  );
  return (
    <DropZone parts={parts} enabled={canAttach && isTaken} className="relative flex min-h-0 flex-1 flex-col">
      {banner}
      <div className="@container min-h-0 flex-1 overflow-x-hidden overflow-y-auto" data-detail={engine.slug}>
        {layout === "peek" ? (
          <div className="flex flex-col gap-4 px-5 pt-4 pb-10 max-sm:px-4">
            <ItemTitle key={item.id} item={item} canEdit={canEdit} />
            {knows && <Properties item={item} canEdit={canEdit} columns={2} />}
            {main}
          </div>
        ) : (
          <div className="mx-auto flex max-w-[1160px] items-start gap-10 px-8 pt-8 pb-16 max-lg:flex-col max-lg:gap-5 max-sm:px-4 max-sm:pt-4">
            <div className="flex w-full min-w-0 max-w-[760px] flex-1 flex-col gap-5">
              <ItemTitle key={item.id} item={item} canEdit={canEdit} large />
              {showSide && knows && (
                <div className="lg:hidden">
                  <Properties item={item} canEdit={canEdit} columns={2} />
                </div>
              )}
              {main}
            </div>
            {showSide && knows && (
              <aside aria-label="Details" className="sticky top-8 w-70 shrink-0 max-lg:hidden">
                <Properties item={item} canEdit={canEdit} columns={1} />
              </aside>
            )}
          </div>
        )}
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Attach files"
        onChange={(event) => {
          attach(parts, [...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </DropZone>
  );
}

/** Says to others that this user looks at the item. */
function useLook(id: string | null): void {
  const engine = useEngine();
  useEffect(() => {
    if (id === null) return;
    engine.look(`item:${id}`);
    return () => engine.look(null);
  }, [engine, id]);
}

/** The editor's code comes when nothing else is going on. */
function useWarmEditor(): void {
  useEffect(() => {
    const timer = setTimeout(warmEditor, 1_000);
    return () => clearTimeout(timer);
  }, []);
}

interface AddBarProps {
  /** Else there are only files to add. */
  canLink: boolean;
  onAdd: (what: Addable) => void;
  onFile: () => void;
}

/** What is not there yet, in one quiet line. */
function AddBar({ canLink, onAdd, onFile }: AddBarProps) {
  // After the menu has given the focus back, or the field would lose it.
  const later = (what: Addable) => () => setTimeout(() => onAdd(what), 60);
  return (
    <div className="-ml-1.5 flex">
      <Menu
        trigger={
          <Button size="sm" variant="ghost" icon={<Plus size={14} aria-hidden="true" />}>
            Add to item
          </Button>
        }
      >
        {canLink && (
          <>
            <MenuItem icon={<ListTree aria-hidden="true" />} keys="Shift+s" onSelect={later("sub")}>
              Sub-item
            </MenuItem>
            <MenuItem icon={<Link2 aria-hidden="true" />} onSelect={later("link")}>
              Link
            </MenuItem>
          </>
        )}
        <MenuItem icon={<Paperclip aria-hidden="true" />} onSelect={onFile}>
          File
        </MenuItem>
        {canLink && (
          <MenuGroup label="Relation">
            {KINDS.map((kind) => (
              <MenuItem key={kind.word} icon={<Waypoints aria-hidden="true" />} onSelect={later(kind.word)}>
                {kind.add.replace("…", "")}
              </MenuItem>
            ))}
          </MenuGroup>
        )}
      </Menu>
    </div>
  );
}
