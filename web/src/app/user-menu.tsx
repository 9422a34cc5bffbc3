import { useRouter } from "@tanstack/react-router";
import { CircleHelp, KeyRound, LogOut, Palette, ShieldCheck, UserRound } from "lucide-react";
import { leave } from "../features/auth/sign-out.ts";
import { Avatar } from "../ui/avatar.tsx";
import { cx } from "../ui/classes.ts";
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { toast } from "../ui/toast.tsx";
import { useAccount } from "./account.ts";
import { inWords } from "./error.ts";
import { openLayer } from "./shell-state.ts";

export function UserMenu({ collapsed }: { collapsed: boolean }) {
  const account = useAccount();
  const router = useRouter();
  const go = (path: string) => void router.navigate({ href: path });
  const signOut = async () => {
    try {
      await leave();
    } catch (error) {
      toast("Not signed out", { tone: "danger", detail: inWords(error).message });
    }
  };
  if (!account) return null;
  return (
    <Menu
      side="top"
      className="min-w-56"
      trigger={
        <button
          type="button"
          className={cx(
            "flex h-8 min-w-0 items-center gap-2 rounded-control text-13 select-none hover:bg-hover data-popup-open:bg-active pointer-coarse:h-11",
            collapsed ? "w-8 justify-center" : "px-1.5",
          )}
        >
          <Avatar member={account} named={false} />
          <span className="sr-only">Account{collapsed && ` ${account.display_name}`}</span>
          {!collapsed && <span className="min-w-0 truncate">{account.display_name}</span>}
        </button>
      }
    >
      <MenuItem icon={<UserRound aria-hidden="true" />} onSelect={() => go("/settings/profile")}>
        Profile
      </MenuItem>
      <MenuItem icon={<Palette aria-hidden="true" />} onSelect={() => go("/settings/appearance")}>
        Appearance and keys
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
