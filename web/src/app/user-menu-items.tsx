import { useRouter } from "@tanstack/react-router";
import { Bell, CircleHelp, KeyRound, LogOut, Palette, ShieldCheck, UserRound } from "lucide-react";
import { leave } from "../features/auth/sign-out.ts";
import type { LateProps } from "../ui/late-menu.tsx";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";
import { inWords } from "./error.ts";
import { openLayer } from "./shell-state.ts";

export default function UserMenuItems({ trigger }: LateProps) {
  const router = useRouter();
  const go = (path: string) => void router.navigate({ href: path });
  const signOut = async () => {
    try {
      await leave();
    } catch (error) {
      toast("Not signed out", { tone: "danger", detail: inWords(error).message });
    }
  };
  return (
    <Menu side="top" className="min-w-56" trigger={trigger}>
      <MenuItem icon={<UserRound aria-hidden="true" />} onSelect={() => go("/settings/profile")}>
        Profile
      </MenuItem>
      <MenuItem icon={<Palette aria-hidden="true" />} onSelect={() => go("/settings/appearance")}>
        Appearance and keys
      </MenuItem>
      <MenuItem icon={<Bell aria-hidden="true" />} onSelect={() => go("/settings/notifications")}>
        Notifications
      </MenuItem>
      <MenuItem icon={<ShieldCheck aria-hidden="true" />} onSelect={() => go("/settings/security")}>
        Password and sessions
      </MenuItem>
      <MenuItem icon={<KeyRound aria-hidden="true" />} onSelect={() => go("/settings/tokens")}>
        API tokens
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<CircleHelp aria-hidden="true" />} keys="Shift+?" onSelect={() => openLayer("keys")}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
