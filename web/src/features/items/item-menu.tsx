import type { ReactNode } from "react";
import { currentContext } from "../../commands/context.ts";
import { CommandLines } from "../../commands/lines.tsx";
import { ContextMenu } from "../../ui/menu.tsx";
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
  return <CommandLines sections={sections} context={currentContext} />;
}
