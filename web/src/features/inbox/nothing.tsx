/** What stands where there are no entries, or where they may be old. */

import { useRouter } from "@tanstack/react-router";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { type Filter, isNarrowed } from "./filter.ts";
import type { MailboxState } from "./mailbox.ts";
import type { Open } from "./open.ts";

interface NothingProps {
  readonly state: MailboxState;
  readonly filter: Filter;
  readonly onRetry: () => void;
}

export function Nothing({ state: { rows, more, error }, filter, onRetry }: NothingProps) {
  const { slug } = useEngine();
  const router = useRouter();
  if (rows === undefined) {
    if (!error) return <Waiting>Loading the inbox…</Waiting>;
    return (
      <ErrorState
        message={error.message}
        detail="The inbox is on the server. It shows when there is a connection."
        requestId={error.requestId}
        retry={onRetry}
      />
    );
  }
  // All that was loaded is worked off, and there is more.
  if (more && !error) return <Waiting>Loading the inbox…</Waiting>;
  // The line above has the way back.
  if (isNarrowed(filter)) return <EmptyState sentence={sentenceOf(filter)} />;
  const toWork = () => void router.navigate({ to: "/$ws/my/$tab", params: { ws: slug, tab: "assigned" }, search: {} });
  return <EmptyState sentence={sentenceOf(filter)} action={{ label: "Go to my work", keys: "g m", run: toWork }} />;
}

function sentenceOf({ mentions, place, unread, reasons, project }: Filter): string {
  const only = reasons.length > 0 || project !== null;
  if (place === "snoozed") return only || mentions ? "Nothing that fits the filter is snoozed." : "Nothing is snoozed.";
  if (place === "archived") {
    return only || mentions ? "Nothing that fits the filter is archived." : "Nothing is archived.";
  }
  if (only) return "Nothing in the inbox fits the filter.";
  if (unread) return mentions ? "You have read all mentions." : "You have read everything.";
  if (mentions) return "Nobody has mentioned you. When somebody does, it is here.";
  return "You are all caught up. What happens with items that you follow comes here.";
}

/** Above a list that could not be read again. */
export function Behind({ state: { rows, error }, onRetry }: { state: MailboxState; onRetry: () => void }) {
  if (!error || rows === undefined) return null;
  return (
    <p
      role="status"
      className="flex shrink-0 items-center gap-2 border-b border-line bg-sunken py-1 pr-2 pl-4 text-12 text-muted"
    >
      <span className="min-w-0 flex-1">
        {error.status === 0 ? "No connection: this is what was loaded last." : error.message}
      </span>
      <Button size="sm" onClick={onRetry}>
        Try again
      </Button>
    </p>
  );
}

interface UnopenedProps {
  readonly state: Open["state"];
  readonly unread: number;
  /** Opens the newest entry; null: there is none. */
  readonly onOpen: (() => void) | null;
  readonly onBack: () => void;
  readonly onRetry: () => void;
}

/** Beside the list while no entry is open. */
export function Unopened({ state, unread, onOpen, onBack, onRetry }: UnopenedProps) {
  const back = { label: "Back to the inbox", run: onBack };
  if (state === "loading") return <Waiting className="flex-1">Loading the entry…</Waiting>;
  if (state === "missing") {
    const sentence = "There is no such entry. What it was about may not be for you any more.";
    return <EmptyState sentence={sentence} action={back} className="flex-1" />;
  }
  if (state === "failed") {
    return (
      <ErrorState
        message="The entry could not be loaded"
        detail="The server was not reached. What is in the list can be opened."
        retry={onRetry}
        action={back}
        className="flex-1 justify-center"
      />
    );
  }
  // Where nothing is, the list says so.
  if (!onOpen) return null;
  const sentence = unread === 0 ? "Nothing is unread." : unread === 1 ? "1 is unread." : `${unread} are unread.`;
  const open = { label: "Open the newest", keys: "Enter", run: onOpen };
  return <EmptyState sentence={sentence} action={open} className="flex-1" />;
}
