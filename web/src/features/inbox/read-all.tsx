/** "Mark all as read": its button, and what is asked before, as there is no way back. */

import { CheckCheck } from "lucide-react";
import { currentContext } from "../../commands/context.ts";
import { runCommand } from "../../commands/run.ts";
import { useCommand } from "../../commands/use.ts";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { type Whole, wholeWords } from "./whole.ts";

export function ReadAll({ fits }: { fits: boolean }) {
  const command = useCommand("inbox.read-all");
  return (
    <IconButton
      label="Mark all as read"
      disabled={!fits || !command}
      onClick={() => command && runCommand(command, currentContext())}
    >
      <CheckCheck aria-hidden="true" />
    </IconButton>
  );
}

interface AskAllProps {
  /** null: nothing is asked. */
  readonly whole: Whole | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

export function AskAll({ whole, onClose, onConfirm }: AskAllProps) {
  return (
    <Confirm
      open={whole !== null}
      onOpenChange={onClose}
      title="Mark all as read"
      action="Mark as read"
      onConfirm={onConfirm}
    >
      {whole && wholeWords(whole)} This cannot be taken back.
    </Confirm>
  );
}
