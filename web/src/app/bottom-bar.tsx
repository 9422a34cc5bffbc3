import { Link, useParams } from "@tanstack/react-router";
import { Inbox, Menu as MenuIcon, Plus, Search, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { currentContext } from "../commands/context.ts";
import { runCommand } from "../commands/run.ts";
import { useCommand } from "../commands/use.ts";
import { useUnread } from "../features/inbox/unread.ts";
import { UnreadCount } from "../ui/chip.tsx";
import { cx } from "../ui/classes.ts";
import { openLayer } from "./shell-state.ts";

const LOOK =
  "flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-11 text-muted aria-[current=page]:text-accent-text";

/** On phones: where one goes most, and the one thing one does most in the middle. */
export function BottomBar() {
  const { ws } = useParams({ from: "/$ws" });
  const create = useCommand("item.create");
  const unread = useUnread()?.total ?? 0;
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      <Link
        to="/$ws/inbox"
        params={{ ws }}
        search={{}}
        activeOptions={{ includeSearch: false }}
        className={cx("relative", LOOK)}
      >
        <Inbox aria-hidden="true" />
        Inbox
        {unread > 0 && (
          <UnreadCount
            count={unread}
            className="absolute top-1.5 left-[calc(50%+3px)] min-w-4 rounded-full bg-accent px-1 text-center text-11 leading-4 font-semibold text-on-accent"
          />
        )}
      </Link>
      <Link to="/$ws/my/$tab" params={{ ws, tab: "assigned" }} className={LOOK}>
        <UserRound aria-hidden="true" />
        My work
      </Link>
      {create ? (
        <Action label="Create" onClick={() => runCommand(create, currentContext())}>
          <Plus aria-hidden="true" />
        </Action>
      ) : (
        <span className={LOOK} />
      )}
      <Action label="Search" onClick={() => openLayer("palette")}>
        <Search aria-hidden="true" />
      </Action>
      <Action label="More" onClick={() => openLayer("sidebar")}>
        <MenuIcon aria-hidden="true" />
      </Action>
    </nav>
  );
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" onClick={onClick} className={LOOK}>
      {children}
      {label}
    </button>
  );
}
