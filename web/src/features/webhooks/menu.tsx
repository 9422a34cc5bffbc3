import { History, KeyRound, Pencil, RotateCcw, Send, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { Menu, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import type { Desk } from "./commands.ts";
import type { Webhook } from "./webhook.ts";

export interface HookMenuProps {
  webhook: Webhook;
  desk: Desk;
  trigger: ReactElement;
  /** Where the log and what is next to it are seen already. */
  isOpen?: boolean;
}

/** What one does with a webhook. */
export function HookMenu({ webhook, desk, trigger, isOpen = false }: HookMenuProps) {
  return (
    <Menu align="end" trigger={trigger}>
      {!isOpen && (
        <>
          <MenuItem icon={<History aria-hidden="true" />} keys="h" onSelect={() => desk.open(webhook)}>
            Deliveries
          </MenuItem>
          <MenuItem icon={<Pencil aria-hidden="true" />} keys="e" onSelect={() => desk.edit(webhook)}>
            Edit
          </MenuItem>
          <MenuItem icon={<Send aria-hidden="true" />} keys="t" onSelect={() => desk.test(webhook)}>
            Send a test
          </MenuItem>
        </>
      )}
      <MenuItem icon={<RotateCcw aria-hidden="true" />} onSelect={() => desk.again(webhook)}>
        Send deliveries again…
      </MenuItem>
      <MenuItem icon={<KeyRound aria-hidden="true" />} onSelect={() => desk.rotate(webhook)}>
        New secret…
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden="true" />} keys="#" danger onSelect={() => desk.remove(webhook)}>
        Delete…
      </MenuItem>
    </Menu>
  );
}
