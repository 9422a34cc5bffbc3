import { useRouter } from "@tanstack/react-router";
import { currentEngine } from "../../app/engine.ts";
import { inWords } from "../../app/error.ts";
import { closeLayer } from "../../app/shell-state.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { signOutHere } from "./sign-out.ts";

/** Asks before signing out would lose what the server does not have. */
export default function LeaveDialog() {
  const router = useRouter();
  const unsent = currentEngine()?.status().unsent ?? 0;
  const go = () => {
    signOutHere().then(
      () => router.navigate({ to: "/login" }),
      (error: unknown) => toast("Not signed out", { tone: "danger", detail: inWords(error).message }),
    );
  };
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
