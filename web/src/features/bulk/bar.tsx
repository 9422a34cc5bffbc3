import { Ellipsis, Trash2, X } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { currentContext } from "../../commands/context.ts";
import { find, fits } from "../../commands/registry.ts";
import { runCommand } from "../../commands/run.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { useLiftedToasts } from "../../ui/toast.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { focusList } from "../items/focus.ts";
import { ItemActions } from "../items/item-menu.tsx";
import { selection } from "../items/selection.ts";
import { type PropertyId, propertyOf } from "../properties/definitions.ts";

const shown: readonly PropertyId[] = ["state", "priority", "assignee", "label", "target_date"];

/** What can be done with the chosen items, at the foot of their list. */
export function BulkBar() {
  const { chosen } = useSyncExternalStore(selection.subscribe, selection.get);
  return chosen.size === 0 ? null : <Bar count={chosen.size} />;
}

function Bar({ count }: { count: number }) {
  useLiftedToasts();
  const clear = () => {
    selection.choose([]);
    focusList();
  };
  return (
    <section
      aria-label="Chosen items"
      data-bulk=""
      className="absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 items-center gap-0.5 overflow-x-auto rounded-panel border border-line-strong bg-raised p-1 shadow-float"
    >
      <span role="status" className="tabular px-2 font-medium whitespace-nowrap">
        {count.toLocaleString("en")} selected
      </span>
      <IconButton label="Clear selection" keys="Escape" onClick={clear}>
        <X aria-hidden="true" />
      </IconButton>
      <span aria-hidden="true" className="mx-1 h-5 w-px shrink-0 bg-line" />
      {shown
        .filter((id) => isFit(`item.set-${id}`))
        .map((id) => (
          <Action key={id} id={id} />
        ))}
      <Menu
        side="top"
        trigger={
          <IconButton label="More actions">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        <ItemActions />
      </Menu>
      {isFit("item.delete") && (
        <IconButton
          label="Delete"
          keys="#"
          variant="danger"
          className="border-transparent!"
          onClick={() => run("item.delete")}
        >
          <Trash2 aria-hidden="true" />
        </IconButton>
      )}
    </section>
  );
}

function isFit(id: string): boolean {
  const command = find(id);
  return command !== undefined && fits(command, currentContext());
}

function Action({ id }: { id: PropertyId }): ReactNode {
  const { title, key, icon: Icon } = propertyOf(id);
  return (
    <Button
      variant="ghost"
      data-pick={id}
      icon={<Icon aria-hidden="true" />}
      {...tip(`Set ${title.toLowerCase()}`, key ?? undefined)}
      aria-label={title}
      onClick={() => run(`item.set-${id}`)}
    >
      <span className="max-lg:hidden">{title}</span>
    </Button>
  );
}

function run(id: string): void {
  const command = find(id);
  if (command) runCommand(command, currentContext());
}
