import { useRouter } from "@tanstack/react-router";
import { useAccount } from "../../app/account.ts";
import { closeEngine } from "../../app/engine.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SignInForm } from "./login.tsx";
import { leaveForGood } from "./sign-out.ts";

/** The session ended elsewhere: what is on the screen stays, and unsent changes wait until the same person is back. */
export default function SignedOutDialog() {
  const account = useAccount();
  const router = useRouter();
  if (!account) return null;
  const back = async (userId: string) => {
    // The engine stopped for good when the server turned it away; its changes lie on disk.
    await closeEngine(false);
    if (userId !== account.id) location.assign("/");
    else await router.invalidate();
  };
  return (
    <Dialog
      open
      onOpenChange={() => undefined}
      title="You have been signed out"
      description="Your session ended. Sign in again to go on; changes that were not sent are kept."
      className="max-w-95"
    >
      <div className="flex flex-col gap-4 pt-2">
        <SignInForm email={account.email ?? undefined} onDone={back} />
        <Button variant="ghost" onClick={() => void leaveForGood()}>
          Leave, and remove what is kept in this browser
        </Button>
      </div>
    </Dialog>
  );
}
