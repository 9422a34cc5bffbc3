import { CSPProvider } from "@base-ui/react/csp-provider";
import { type ErrorComponentProps, Link, Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useLayoutEffect } from "react";
import { useSignedOut } from "../app/account.ts";
import { inWords } from "../app/error.ts";
import { part } from "../app/part.tsx";
import { useLayer } from "../app/shell-state.ts";
import { setPlace } from "../commands/context.ts";
import { ErrorState } from "../ui/states.tsx";
import { ToastLayer } from "../ui/toast.tsx";
import { TooltipLayer } from "../ui/tooltip.tsx";

const Palette = part(() => import("../commands/palette.tsx"));
const SignedOutDialog = part(() => import("../features/auth/signed-out.tsx"));
const LeaveDialog = part(() => import("../features/auth/leave.tsx"));
const HelpSheet = part(() => import("../commands/help.tsx"));

/** Then the first rows stand, and what one may want next is fetched. */
const WARM_AFTER = 2_500;

export function Root() {
  useCurrentPlace();
  return (
    <CSPProvider disableStyleElements>
      <Outlet />
      <Layers />
      <ToastLayer />
      <TooltipLayer />
    </CSPProvider>
  );
}

function Layers() {
  const palette = useLayer("palette");
  const keys = useLayer("keys");
  useEffect(() => {
    const timer = setTimeout(() => {
      Palette.warm();
      HelpSheet.warm();
    }, WARM_AFTER);
    return () => clearTimeout(timer);
  }, []);
  const leaving = useLayer("sign-out");
  const signedOut = useSignedOut();
  return (
    <Suspense>
      {palette && Palette.shown()}
      {keys && HelpSheet.shown()}
      {leaving && LeaveDialog.shown()}
      {signedOut && SignedOutDialog.shown()}
    </Suspense>
  );
}

/** Keeps what commands know of the address. */
function useCurrentPlace(): void {
  const router = useRouter();
  const matches = useRouterState({ select: (state) => state.matches });
  useLayoutEffect(() => {
    const last = matches[matches.length - 1];
    const params: Record<string, string | undefined> = last?.params ?? {};
    const search: Record<string, unknown> = last?.search ?? {};
    const peek = typeof search.peek === "string" ? search.peek : null;
    setPlace({
      workspace: params.ws ?? null,
      project: params.project ?? null,
      item: params.key ?? peek,
      screen: last?.staticData.screen ?? "",
      navigate: (to) => void router.navigate({ href: to }),
    });
  }, [matches, router]);
}

export function Failed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const { message, requestId } = inWords(error);
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <ErrorState
      message={message}
      detail={requestId ? undefined : "What you changed is kept. Try again, or reload the page."}
      requestId={requestId}
      retry={retry}
      className="min-h-full justify-center"
    />
  );
}

export function NotFound() {
  return (
    <div className="flex min-h-full flex-col items-center justify-center gap-4 p-6 text-center">
      <h1 className="text-15 font-medium">There is nothing at this address</h1>
      <p className="text-13 text-muted">It may have been deleted or moved, or the link is not complete.</p>
      <Link to="/" className="text-13 text-accent-text hover:underline">
        Go to your workspace
      </Link>
    </div>
  );
}
