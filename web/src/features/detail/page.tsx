/** An item on a page of its own: the text in the middle, the properties at the right. */

import "./detail.css";
import { useParams, useRouter } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, PanelRight } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { Header } from "../../app/header.tsx";
import { register } from "../../commands/registry.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { IconButton } from "../../ui/button.tsx";
import { lastOrder } from "../items/scene.ts";
import { selection } from "../items/selection.ts";
import { catalogOf, useCatalog } from "../properties/index.ts";
import { ItemBody } from "./body.tsx";
import { pageCommands } from "./commands.ts";
import { useItemAt } from "./find.ts";
import { useLaterKey } from "./former.ts";
import { GoneBanner, NoItem } from "./gone.tsx";
import { ItemActions, Others } from "./head.tsx";

export function ItemPage() {
  const { key, ws } = useParams({ from: "/$ws/framed/item/$key" });
  const router = useRouter();
  const goTo = (now: string) => void router.navigate({ to: "/$ws/item/$key", params: { ws, key: now }, replace: true });
  const found = useItemAt(key, goTo);
  const later = useLaterKey(ws, key, found.kind === "missing");
  // Under its old key, too, an item is found that moved to another project.
  useEffect(() => {
    if (later) void router.navigate({ to: "/$ws/item/$key", params: { ws, key: later }, replace: true });
  }, [later, router, ws]);
  if (found.kind === "there") return <Page item={found.item} ws={ws} itemKey={key} />;
  if (found.kind === "gone") return <Page item={found.last} ws={ws} itemKey={key} gone={{ access: found.access }} />;
  return (
    <>
      <Header crumbs={[{ label: key }]} />
      <NoItem found={found} itemKey={key} />
    </>
  );
}

interface PageProps {
  item: WorkItem;
  ws: string;
  /** As the address has it: of a project that is gone the letters are known no more. */
  itemKey: string;
  gone?: { access: boolean };
}

function Page({ item, ws, itemKey, gone }: PageProps) {
  const catalog = useCatalog();
  const [showSide, setShowSide] = useState(true);
  const project = catalog.project(item.project);
  const parent = useRow("work_item", item.parent);
  const walk = useWalk(ws, item.id);
  // Commands are about this item, not about one that has the focus in the list one came from.
  useEffect(() => {
    selection.choose([]);
    if (selection.get().focus?.id !== item.id) selection.focus(null);
  }, [item.id]);
  useEffect(() => register(pageCommands(walk, () => setShowSide((shown) => !shown))), [walk]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header
        crumbs={[
          { label: project?.name ?? "Items", to: project ? `/${ws}/p/${project.identifier}/items` : `/${ws}/items` },
          ...(parent
            ? [
                {
                  label: <span className="tabular">{catalog.key(parent)}</span>,
                  to: `/${ws}/item/${catalog.address(parent)}`,
                },
              ]
            : []),
          { label: <span className="tabular">{project ? catalog.key(item) : itemKey.toUpperCase()}</span> },
        ]}
        actions={
          <>
            {!gone && <Others item={item} />}
            {walk && (
              <>
                <IconButton label="Previous item" keys="k" onClick={() => walk(-1)} className="max-sm:hidden">
                  <ChevronUp size={16} strokeWidth={1.5} aria-hidden="true" />
                </IconButton>
                <IconButton label="Next item" keys="j" onClick={() => walk(1)} className="max-sm:hidden">
                  <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
                </IconButton>
              </>
            )}
            {!gone && <ItemActions item={item} />}
            <IconButton
              label="Properties"
              keys="]"
              aria-pressed={showSide}
              onClick={() => setShowSide(!showSide)}
              className="max-sm:hidden"
            >
              <PanelRight size={16} strokeWidth={1.5} aria-hidden="true" />
            </IconButton>
          </>
        }
      />
      <ItemBody
        item={item}
        readOnly={gone !== undefined}
        layout="page"
        showSide={showSide}
        banner={gone && <GoneBanner item={item} access={gone.access} />}
      />
    </div>
  );
}

/** Goes along the list that one came from; null: the item is not in it. */
function useWalk(ws: string, item: Id): ((by: number) => void) | null {
  const engine = useEngine();
  const router = useRouter();
  return useMemo(() => {
    const order = lastOrder();
    const at = order.indexOf(item);
    if (at < 0) return null;
    return (by: number) => {
      const next = engine.table("work_item").get(order[at + by] ?? "");
      if (next) void router.navigate({ to: "/$ws/item/$key", params: { ws, key: catalogOf(engine).address(next) } });
    };
  }, [engine, router, ws, item]);
}
