import { useParams } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import { NotFound } from "../../routes/root.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { useCurrentProject } from "../projects/list.ts";

interface Page {
  readonly title: string;
  readonly component: ComponentType;
}

const account: Record<string, Page> = {
  profile: { title: "Profile", component: lazy(() => import("./account/profile.tsx")) },
  appearance: { title: "Appearance and keys", component: lazy(() => import("./account/appearance.tsx")) },
  notifications: { title: "Notifications", component: lazy(() => import("./account/notifications.tsx")) },
  security: { title: "Password and sessions", component: lazy(() => import("./account/security.tsx")) },
  tokens: { title: "API tokens", component: lazy(() => import("./account/tokens.tsx")) },
  server: { title: "Server", component: lazy(() => import("./server/page.tsx")) },
};

const workspace: Record<string, Page> = {
  general: { title: "General", component: lazy(() => import("./workspace/general.tsx")) },
  members: { title: "Members", component: lazy(() => import("./workspace/members.tsx")) },
  webhooks: { title: "Webhooks", component: lazy(() => import("../webhooks/page.tsx")) },
};

const project: Record<string, Page> = {
  general: { title: "General", component: lazy(() => import("./project/general.tsx")) },
  states: { title: "States", component: lazy(() => import("./project/states.tsx")) },
  labels: { title: "Labels", component: lazy(() => import("./project/labels.tsx")) },
  members: { title: "Members", component: lazy(() => import("./project/members.tsx")) },
  automations: { title: "Automations", component: lazy(() => import("../automations/page.tsx")) },
};

export function AccountPage() {
  return <Shown page={account[useParams({ from: "/settings/$page" }).page]} />;
}

export function WorkspacePage() {
  return <Shown page={workspace[useParams({ from: "/$ws/settings/$page" }).page]} />;
}

export function ProjectPage() {
  const { page } = useParams({ from: "/$ws/p/$project/settings/$page" });
  const open = useCurrentProject();
  if (!open) return <EmptyState sentence="There is no such project, or you are not in it." />;
  return <Shown key={open.id} page={project[page]} />;
}

function Shown({ page }: { page: Page | undefined }) {
  // There is no header here that would say it.
  useEffect(() => {
    document.title = page ? `${page.title} · Aileron` : "Aileron";
  }, [page]);
  if (!page) return <NotFound />;
  return (
    <>
      <h1 className="mb-6 text-20 font-semibold">{page.title}</h1>
      <div>
        <Suspense>
          <page.component />
        </Suspense>
      </div>
    </>
  );
}
