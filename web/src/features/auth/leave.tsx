import { useEffect, useState } from "react";
import { inWords } from "../../app/error.ts";
import { closeLayer } from "../../app/shell-state.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { signOutHere, unsentHere } from "./sign-out.ts";

/** Asks before signing out would lose what the server does not have. */
export default function LeaveDialog() {
  const [unsent, setUnsent] = useState<number>();
  useEffect(() => void unsentHere().then(setUnsent), []);
  const go = () => {
    signOutHere().catch((error: unknown) =>
      toast("Not signed out", { tone: "danger", detail: inWords(error).message }),
    );
  };
  if (unsent === undefined) return null;
  return (
    <Confirm
      open
      onOpenChange={() => closeLayer("sign-out")}
      title="Sign out and lose changes"
      action="Sign out and lose them"
      onConfirm={go}
    >
      {unsent === 1 ? "1 change was" : `${unsent} changes were`} not sent yet. Signing out removes what is kept in this
      browser. Stay until the server has them, or lose them.
    </Confirm>
  );
}
