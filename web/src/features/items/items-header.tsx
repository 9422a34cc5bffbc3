import { Columns3, Link2, ListFilter, Plus, Rows3, Search } from "lucide-react";
import { Header, Tab } from "../../app/header.tsx";
import type { View } from "../../sync/view-spec.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { toast } from "../../ui/toast.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { openCreate } from "../create/store.ts";
import { openFilter } from "../filters/store.ts";
import { DisplayMenu } from "../views/display-menu.tsx";
import type { Layout } from "../views/search.ts";
import type { UsedView } from "../views/use-view.ts";
import type { Scene } from "./scene.ts";

export interface ItemsHeaderProps {
  scene: Scene;
  mine: "assigned" | "created" | null;
  view: View;
  used: UsedView;
  /** While not all is there, how much it is cannot be said. */
  loading: boolean;
}

export function ItemsHeader({ scene, mine, view, used, loading }: ItemsHeaderProps) {
  const { settings, change } = used;
  const crumbs = scene.project ? [{ label: scene.title }, { label: "Items" }] : [{ label: scene.title }];
  const filtered = settings.query !== "";
  return (
    <Header
      crumbs={crumbs}
      count={loading ? undefined : view.total}
      tabs={
        mine && (
          <nav aria-label="My work" className="flex items-center gap-1">
            <Tab to={`${scene.base}/my/assigned`} active={mine === "assigned"}>
              Assigned
            </Tab>
            <Tab to={`${scene.base}/my/created`} active={mine === "created"}>
              Created
            </Tab>
          </nav>
        )
      }
      actions={
        <>
          <Layouts layout={settings.layout} onChange={(layout) => change({ layout })} />
          <IconButton label="Find in list" keys="$mod+f" className="sm:hidden" onClick={() => openFilter("find")}>
            <Search aria-hidden="true" />
          </IconButton>
          <Button
            variant="ghost"
            icon={<ListFilter aria-hidden="true" />}
            {...tip("Add filter", "f")}
            aria-label="Filter"
            data-filter-button=""
            className={cx(filtered && "text-accent-text")}
            onClick={() => openFilter("add")}
          >
            <span className="max-md:hidden">Filter</span>
          </Button>
          <DisplayMenu settings={settings} crossing={scene.project === null} onChange={change} />
          <IconButton label="Copy link to this view" className="max-sm:hidden" onClick={() => void copyLink(used)}>
            <Link2 aria-hidden="true" />
          </IconButton>
          {scene.canCreate && (
            <Button
              variant="primary"
              icon={<Plus aria-hidden="true" />}
              {...tip("New item", "c")}
              aria-label="New item"
              className="max-sm:hidden"
              onClick={() => openCreate({ project: scene.project })}
            >
              <span className="max-md:hidden">New item</span>
            </Button>
          )}
        </>
      }
    />
  );
}

function Layouts({ layout, onChange }: { layout: Layout; onChange: (layout: Layout) => void }) {
  const choices = [
    { id: "list" as const, label: "List", keys: "v 1", icon: <Rows3 aria-hidden="true" /> },
    { id: "board" as const, label: "Board", keys: "v 2", icon: <Columns3 aria-hidden="true" /> },
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that nobody needs to see
    <div role="group" aria-label="Layout" className="flex items-center max-sm:hidden">
      {choices.map(({ id, label, keys, icon }) => (
        <IconButton
          key={id}
          label={label}
          keys={keys}
          aria-pressed={layout === id}
          className={cx(layout === id && "bg-active text-text")}
          onClick={() => onChange(id)}
        >
          {icon}
        </IconButton>
      ))}
    </div>
  );
}

async function copyLink({ link }: UsedView): Promise<void> {
  await navigator.clipboard.writeText(link());
  toast("Link copied", { key: "copied" });
}
