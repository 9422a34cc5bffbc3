import { useEffect } from "react";
import { register } from "../../commands/registry.ts";
import { CreateDialog } from "../create/dialog.tsx";
import { PickerHost } from "../properties/picker-host.tsx";
import { itemCommands } from "./commands.ts";
import { listCommands } from "./list-commands.ts";

/** What items need on every screen of a workspace: their commands, the picker and the dialog for new ones. */
export default function ItemLayer() {
  useEffect(() => register([...listCommands, ...itemCommands]), []);
  return (
    <>
      <CreateDialog />
      <PickerHost />
    </>
  );
}
