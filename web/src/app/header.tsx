import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { Count } from "../ui/chip.tsx";
import { cx } from "../ui/classes.ts";

export interface Crumb {
  /** Words, or something with an icon before them. */
  label: ReactNode;
  /** Its words, where the label is more than that. */
  name?: string | undefined;
  /** Where it leads; the last one leads nowhere. */
  to?: string | undefined;
}

export interface HeaderProps {
  crumbs: readonly Crumb[];
  /** How many things the screen shows: the same number as everywhere. */
  count?: number | undefined;
  /** In the middle of the line, such as the tabs of views. */
  tabs?: ReactNode;
  /** At the right: filter, display, and last the one primary action. */
  actions?: ReactNode;
}

/** The 44 px line at the top of a screen. On phones the tabs get a line of their own. */
export function Header({ crumbs, count, tabs, actions }: HeaderProps) {
  useTitle(crumbs);
  return (
    <header className="flex min-h-(--header) shrink-0 flex-wrap items-center gap-x-3 border-b border-line px-4 max-sm:px-3">
      <div className="flex h-(--header) min-w-0 items-center gap-1.5">
        <nav aria-label="Breadcrumb" className="min-w-0">
          <ol className="flex min-w-0 items-center">
            {crumbs.map((crumb, index) => (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: a crumb is its place
                key={index}
                className={cx(
                  "flex min-w-0 items-center",
                  index < crumbs.length - 1 && "max-w-[min(16rem,26vw)] shrink-0",
                )}
              >
                {index > 0 && (
                  <span aria-hidden="true" className="px-1.5 text-faint">
                    ›
                  </span>
                )}
                <CrumbLabel crumb={crumb} last={index === crumbs.length - 1} />
              </li>
            ))}
          </ol>
        </nav>
        {count !== undefined && <Count className="pl-1">{count.toLocaleString("en")}</Count>}
      </div>
      {tabs && <div className="flex min-w-0 items-center max-sm:order-last max-sm:w-full max-sm:pb-2">{tabs}</div>}
      <div className="ml-auto flex h-(--header) shrink-0 items-center gap-1.5">{actions}</div>
    </header>
  );
}

/** The tab of the browser says where one is, the nearest first. */
function useTitle(crumbs: readonly Crumb[]): void {
  const words = crumbs.flatMap(({ label, name }) => name ?? (typeof label === "string" ? label : []));
  const title = [...words.reverse(), "Aileron"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function CrumbLabel({ crumb, last }: { crumb: Crumb; last: boolean }) {
  if (last) {
    return (
      <h1 aria-current="page" className="flex min-w-0 items-center gap-1.5 truncate text-13 font-semibold">
        {crumb.label}
      </h1>
    );
  }
  return crumb.to ? (
    <Link to={crumb.to} className="min-w-0 truncate rounded-[4px] text-muted hover:text-text">
      {crumb.label}
    </Link>
  ) : (
    <span className="min-w-0 truncate text-muted">{crumb.label}</span>
  );
}

interface TabProps {
  to: string;
  /** What the address says besides. */
  search?: Record<string, unknown>;
  active: boolean;
  children: ReactNode;
}

/** A tab of views: a link that knows whether it is the one. */
export function Tab({ to, search = {}, active, children }: TabProps) {
  return (
    <Link
      to={to}
      search={search}
      aria-current={active ? "page" : undefined}
      className={cx(
        "flex h-7 items-center gap-1.5 rounded-control px-2 text-13 pointer-coarse:h-9",
        active ? "bg-active font-medium text-text" : "text-muted hover:bg-hover hover:text-text",
      )}
    >
      {children}
    </Link>
  );
}
