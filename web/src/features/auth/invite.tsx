import { Link, useParams, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { useAccount } from "../../app/account.ts";
import { inWords } from "../../app/error.ts";
import { Button } from "../../ui/button.tsx";
import { loadWorkspaces } from "../workspaces/list.ts";
import { AuthFrame, FormError } from "./frame.tsx";
import { leave } from "./sign-out.ts";

/** Accepts an invitation as the one who is signed in. */
export function InviteScreen() {
  const { token } = useParams({ from: "/invite/$token" });
  const account = useAccount();
  const router = useRouter();
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);
  const join = async () => {
    setPending(true);
    try {
      const workspace = await answer(api.POST("/api/v1/invitations/accept/", { body: { token } }));
      await loadWorkspaces();
      await router.navigate({ to: "/$ws", params: { ws: workspace.slug }, replace: true });
    } catch (refused) {
      setError(inWords(refused).message);
      setPending(false);
    }
  };
  const another = async () => {
    if (!(await leave())) return;
    await router.navigate({ to: "/login", search: { next: `/invite/${token}` } });
  };
  return (
    <AuthFrame
      title="Join the workspace"
      lead={`You are signed in as ${account?.email ?? account?.display_name ?? "somebody"}. The invitation has to be for this address.`}
      foot={
        <button type="button" className="text-accent-text hover:underline" onClick={() => void another()}>
          Sign in as somebody else
        </button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormError>{error}</FormError>
        <Button variant="primary" size="lg" disabled={pending} onClick={() => void join()}>
          Accept invitation
        </Button>
        {error && (
          <Link to="/" className="text-center text-13 text-accent-text hover:underline">
            Go to your workspaces
          </Link>
        )}
      </div>
    </AuthFrame>
  );
}
