import { Outlet, useParams, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { setSession } from "../api/session.ts";
import { closeEngine, useCurrentEngine } from "../app/engine.ts";
import { Frame } from "../app/frame.tsx";
import { useLayer } from "../app/shell-state.ts";
import { isLeaving } from "../features/auth/sign-out.ts";
import { useSwitchCommands } from "../features/workspaces/commands.ts";
import { preferences, setPreference } from "../lib/preferences.ts";
import { keepNoMore } from "../sync/drafts.ts";
import { EngineProvider, useEngine, useStatus } from "../sync-react/index.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorState, Waiting } from "../ui/states.tsx";

const CreateProject = lazy(() => import("../features/projects/create.tsx"));
const ItemLayer = lazy(() => import("../features/items/layer.tsx"));

/** Gives the screens below the engine of the workspace in the address. */
export function WorkspaceRoute() {
  const { ws } = useParams({ from: "/$ws" });
  const engine = useCurrentEngine();
  if (!engine || engine.slug !== ws) return null;
  return (
    <EngineProvider engine={engine}>
      <Phase slug={ws} />
    </EngineProvider>
  );
}

function Phase({ slug }: { slug: string }) {
  const { phase, error } = useStatus();
  const engine = useEngine();
  const { userId } = engine;
  const router = useRouter();
  const creating = useLayer("create-project");
  useSwitchCommands(slug);
  useEffect(() => {
    if (phase === "ready") setPreference("lastWorkspace", slug);
    if (phase !== "signed_out") return;
    setSession(null);
    // Somebody signed out in another tab, on purpose: nothing is left to go on with.
    // The page is loaded anew, so that nothing of him that still runs is sent as the next one.
    if (preferences().account || isLeaving()) return;
    keepNoMore(userId);
    location.assign("/login");
  }, [phase, slug, userId]);
  if (phase === "forbidden") return <NoAccess slug={slug} />;
  if (phase === "outdated" && engine.table("workspace").size === 0) {
    return (
      <ErrorState
        message="Aileron was updated"
        detail="The server is newer than this page. Load it anew to go on."
        retry={() => location.reload()}
        className="min-h-full justify-center"
      />
    );
  }
  if (phase === "failed") {
    const retry = async () => {
      await closeEngine(false);
      await router.invalidate();
    };
    return (
      <ErrorState
        message="The workspace could not be loaded"
        detail={error}
        retry={() => void retry()}
        className="min-h-full justify-center"
      />
    );
  }
  return (
    <>
      <Outlet />
      <Suspense>{creating && <CreateProject />}</Suspense>
      <Suspense>
        <ItemLayer />
      </Suspense>
    </>
  );
}

function NoAccess({ slug }: { slug: string }) {
  const { persisted, unsent } = useStatus();
  const router = useRouter();
  const leave = async () => {
    setPreference("lastWorkspace", null);
    // What the server does not have stays, in case the way in opens again.
    await closeEngine(persisted && unsent === 0);
    await router.navigate({ to: "/" });
  };
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-4 p-6 text-center">
      <h1 className="text-15 font-medium">You have no access to “{slug}”</h1>
      <p className="max-w-sm text-13 text-muted">
        There is no such workspace, or you are not in it. Somebody who runs it can invite you.
      </p>
      <Button onClick={() => void leave()}>Go to your workspaces</Button>
    </main>
  );
}

/** The screens within the frame. While the first rows are on their way, the frame stands already. */
export function FramedRoute() {
  const { phase } = useStatus();
  return <Frame>{phase === "starting" ? <Waiting>Loading the workspace…</Waiting> : <Outlet />}</Frame>;
}
