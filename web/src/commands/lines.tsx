/** Commands as the lines of a menu. */

import { Fragment, useSyncExternalStore } from "react";
import { MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { all, type CommandContext, find, fits, subscribe, titleOf } from "./registry.ts";
import { runCommand } from "./run.ts";

interface Props {
  /** Ids of commands, by section. What does not fit is left out. */
  readonly sections: readonly (readonly string[])[];
  /** Asked when the menu is drawn, and again when a line is chosen. */
  readonly context: () => CommandContext;
}

export function CommandLines({ sections, context }: Props) {
  // A menu may be open before the commands of its screen have arrived.
  useSyncExternalStore(subscribe, all);
  const now = context();
  const shown = sections
    .map((ids) => ids.flatMap((id) => find(id) ?? []).filter((command) => fits(command, now)))
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
          onSelect={() => setTimeout(() => runCommand(command, context()))}
        >
          {titleOf(command, now)}
        </MenuItem>
      ))}
    </Fragment>
  ));
}
