// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
// biome-ignore-all lint/a11y/useSemanticElements: a table has no rows that are not there
import { ChevronDown, ChevronRight, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { dayLabel } from "../../lib/dates.ts";
import type { GroupKey } from "../../sync/view-spec.ts";
import { useRow } from "../../sync-react/index.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Count } from "../../ui/chip.tsx";
import { cx } from "../../ui/classes.ts";
import { useCatalog } from "../properties/catalog.ts";
import { propertyOfFilter } from "../properties/definitions.ts";
import { valueOption } from "../properties/options.tsx";
import type { ViewSettings } from "../views/search.ts";
import { toggleCollapsed } from "./collapsed.ts";
import { createIn } from "./create-in.ts";
import { groupTarget } from "./drag.ts";
import { keysOf, type Line } from "./flat.ts";
import type { Scene } from "./scene.ts";

export interface GroupHeadProps {
  line: Extract<Line, { kind: "head" }>;
  index: number;
  settings: ViewSettings;
  scene: Scene;
}

/** The head of a group in the list: fold, name, count, add. */
export function GroupHead({ line, index, settings, scene }: GroupHeadProps) {
  const element = useRef<HTMLDivElement>(null);
  const { path, group, level, open } = line;
  useEffect(() => (element.current ? groupTarget(element.current, path) : undefined), [path]);
  const key = level === 0 ? settings.group : settings.sub;
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 1}
      className={cx(
        "group-head flex h-9 items-center gap-2 border-b border-line bg-sunken pr-3",
        level === 1 ? "pl-8" : "pl-3",
      )}
    >
      <div role="gridcell" className="flex min-w-0 flex-1 items-center gap-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => toggleCollapsed(scene.scope, settings, path)}
          className="-ml-1 flex h-7 min-w-0 items-center gap-2 rounded-control pr-1.5 pl-1 font-medium hover:bg-hover"
        >
          <Chevron aria-hidden="true" className="text-muted" />
          {key && <GroupName groupKey={key} value={group.key} />}
        </button>
        <Count>{group.count.toLocaleString("en")}</Count>
        {scene.canCreate && (
          <IconButton
            size="sm"
            label="Add item"
            className="group-add pointer-coarse:ml-auto"
            onClick={() => createIn(scene, settings, keysOf(path))}
          >
            <Plus aria-hidden="true" />
          </IconButton>
        )}
      </div>
    </div>
  );
}

/** What a group is called: the value that its items share, with its sign. */
export function GroupName({ groupKey, value }: { groupKey: GroupKey; value: string }) {
  const catalog = useCatalog();
  const parent = useRow("work_item", groupKey === "parent" ? value : "");
  if (value === "") {
    const { icon: Icon, title } = propertyOfFilter(groupKey);
    return (
      <>
        <Icon aria-hidden="true" className="text-muted" />
        <span className="truncate">{groupKey === "assignee" ? "Nobody" : `No ${title.toLowerCase()}`}</span>
      </>
    );
  }
  if (groupKey === "parent")
    return (
      <span className="truncate">
        {parent ? `${catalog.key(parent)} ${parent.name}` : "An item that is not loaded"}
      </span>
    );
  if (groupKey === "target_date") return <span className="truncate">{dayLabel(value)}</span>;
  const { label, icon } = valueOption(catalog, groupKey, value);
  return (
    <>
      {icon}
      <span className="truncate">{label}</span>
    </>
  );
}
