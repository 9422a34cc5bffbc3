import type { ReactNode } from "react";
import { usePreference } from "../lib/preferences.ts";
import { cx } from "../ui/classes.ts";
import { Sheet } from "../ui/sheet.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { closeLayer, useLayer } from "./shell-state.ts";
import { Sidebar } from "./sidebar.tsx";
import { OfflineBar } from "./sync-state.tsx";

/** Sidebar and one sheet of content; on phones the sidebar is a sheet and a bar stands at the bottom. */
export function Frame({ children }: { children: ReactNode }) {
  const collapsed = usePreference("sidebar") === "collapsed";
  return (
    <div className="flex h-full bg-sunken">
      <a
        href="#content"
        className="sr-only z-70 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside className={cx("shrink-0 max-sm:hidden", collapsed ? "w-12" : "w-(--sidebar)")}>
        <Sidebar collapsed={collapsed} />
      </aside>
      <SidebarSheet />
      <div className="flex min-w-0 flex-1 flex-col border-l border-line bg-bg max-sm:border-l-0">
        <OfflineBar />
        <main id="content" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          {children}
        </main>
        <BottomBar />
      </div>
    </div>
  );
}

function SidebarSheet() {
  const open = useLayer("sidebar");
  const close = () => closeLayer("sidebar");
  return (
    <Sheet open={open} onOpenChange={close} title="Sidebar" className="sm:hidden">
      <Sidebar collapsed={false} onNavigate={close} />
    </Sheet>
  );
}
