import { CloudOff, RefreshCw } from "lucide-react";
import { useStatus } from "../sync-react/index.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { tip } from "../ui/tooltip.tsx";

/** Says what the server does not have yet. Nothing to say: nothing there. */
export function SyncState({ collapsed }: { collapsed: boolean }) {
  const { online, unsent } = useStatus();
  if (online && unsent === 0) return null;
  const words = unsent === 0 ? "Offline" : `${unsent} ${unsent === 1 ? "change" : "changes"} not sent`;
  return (
    <p
      role="status"
      {...(collapsed ? tip(words) : {})}
      className={cx(
        "flex h-7 items-center gap-2 rounded-control px-2 text-12 text-muted",
        // A change that is sent at once would only flicker.
        online && "late",
        collapsed && "justify-center px-0",
      )}
    >
      {online ? <RefreshCw aria-hidden="true" /> : <CloudOff aria-hidden="true" className="text-warning" />}
      <span className={collapsed ? "sr-only" : "tabular truncate"}>{words}</span>
    </p>
  );
}

/** The line above a screen that is older than the server. Nothing arrives or leaves until the page is loaded anew. */
function Outdated() {
  const { unsent, persisted } = useStatus();
  return (
    <div
      role="status"
      className="flex min-h-8 shrink-0 items-center gap-2 border-b border-line bg-warning-soft px-4 py-1 text-13"
    >
      <RefreshCw aria-hidden="true" className="text-warning" />
      <span className="min-w-0 flex-1">
        Aileron was updated. Reload the page to go on.{" "}
        {unsent > 0 && (persisted ? "What you changed is kept and sent then." : "What was not sent is lost with it.")}
      </span>
      <Button size="sm" onClick={() => location.reload()}>
        Reload
      </Button>
    </div>
  );
}

/** The line above a screen while the server cannot be reached. */
export function OfflineBar() {
  const { phase, online, unsent, kept, persisted } = useStatus();
  if (phase === "outdated") return <Outdated />;
  if (online || phase === "starting" || phase === "signed_out") return null;
  return (
    <div
      role="status"
      className="flex min-h-8 shrink-0 items-center gap-2 border-b border-line bg-warning-soft px-4 py-1 text-13"
    >
      <CloudOff aria-hidden="true" className="text-warning" />
      <span>
        You are offline.{" "}
        {unsent > 0
          ? `${unsent} ${unsent === 1 ? "change is" : "changes are"} ${kept ? "kept" : "being kept"} ${persisted ? "in this browser" : "in this window"} and sent later.`
          : "What you change is kept and sent later."}
      </span>
    </div>
  );
}
