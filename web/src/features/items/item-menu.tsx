import { Fragment, type ReactNode } from "react";
import { currentContext } from "../../commands/context.ts";
import { find, fits, titleOf } from "../../commands/registry.ts";
import { runCommand } from "../../commands/run.ts";
import { ContextMenu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { editable } from "../properties/definitions.ts";
import { placeAt } from "./pointer.ts";
import { selection } from "./selection.ts";

const sections: readonly (readonly string[])[] = [
  ["list.open", "item.open-page", "list.choose"],
  [...editable.map(({ id }) => `item.set-${id}`), "item.assign-me"],
  ["item.rename", "item.create-sub-item", "item.duplicate"],
  ["item.copy-link", "item.copy-key", "item.copy-branch"],
  ["item.archive", "item.delete"],
];

/** A right click, a long press or the menu key on an item offers what can be done with it, or with the chosen ones. */
export function ItemMenu({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <ContextMenu
      className={className}
      content={() => <ItemActions />}
      onContextMenu={(event) => {
        const place = placeAt(event.target);
        if (!place) return;
        if (!selection.isChosen(place.id)) selection.choose([]);
        selection.focus(place);
      }}
    >
      {children}
    </ContextMenu>
  );
}

/** The commands for the chosen items, as lines of a menu. */
export function ItemActions() {
  const context = currentContext();
  const shown = sections
    .map((ids) => ids.flatMap((id) => find(id) ?? []).filter((command) => fits(command, context)))
    .filter((commands) => commands.length > 0);
  return shown.map((commands, index) => (
    <Fragment key={commands[0]?.id}>
      {index > 0 && <MenuSeparator />}
      {commands.map((command) => (
        <MenuItem
          key={command.id}
          keys={command.keys?.[0]}
          danger={command.id === "item.delete"}
          // After the menu has given the focus back, or what opens next would lose it.
          onSelect={() => setTimeout(() => runCommand(command, currentContext()))}
        >
          {titleOf(command, context)}
        </MenuItem>
      ))}
    </Fragment>
  ));
}
