import { Confirm } from "../../ui/dialog.tsx";
import { AgainDialog } from "./again.tsx";
import type { Made } from "./remote.ts";
import { RotateDialog } from "./rotate.tsx";
import type { Webhook } from "./webhook.ts";

/** What has to be said or confirmed before it is done. */
export interface Asked {
  readonly what: "delete" | "rotate" | "again";
  readonly webhook: Webhook;
}

export interface AskingProps {
  slug: string;
  asked: Asked | undefined;
  onClose: () => void;
  onDelete: (webhook: Webhook) => void;
  onRotated: (made: Made, isWaited: boolean) => void;
  onSent: () => void;
}

export function Asking({ slug, asked, onClose, onDelete, onRotated, onSent }: AskingProps) {
  const webhook = asked?.webhook;
  return (
    <>
      <Confirm
        open={asked?.what === "delete"}
        onOpenChange={onClose}
        title="Delete webhook"
        action="Delete webhook"
        onConfirm={() => webhook && onDelete(webhook)}
      >
        <span className="wrap-anywhere">“{webhook?.url}”</span> is told nothing any more. What waits for it is not sent,
        and its log and secret are gone.
      </Confirm>
      {webhook && asked.what === "rotate" && (
        <RotateDialog slug={slug} webhook={webhook} onClose={onClose} onRotated={onRotated} />
      )}
      {webhook && asked.what === "again" && (
        <AgainDialog slug={slug} webhook={webhook} onClose={onClose} onSent={onSent} />
      )}
    </>
  );
}
