import { Avatar } from "../ui/avatar.tsx";
import { cx } from "../ui/classes.ts";
import { lateMenu } from "../ui/late-menu.tsx";
import { useAccount } from "./account.ts";

const Items = lateMenu(() => import("./user-menu-items.tsx"));

export function UserMenu({ collapsed }: { collapsed: boolean }) {
  const account = useAccount();
  if (!account) return null;
  return (
    <Items
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
    />
  );
}
