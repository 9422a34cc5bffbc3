import type { ComponentProps, ReactNode } from "react";
import { cx } from "./classes.ts";

export interface ChipProps extends ComponentProps<"button"> {
  icon?: ReactNode;
  /** `plain` has no border: a value in a row. */
  look?: "outline" | "plain" | undefined;
}

/** A small value that opens something: a property, a part of a filter. */
export function Chip({ icon, look = "outline", className, children, ...props }: ChipProps) {
  return (
    <button
      type="button"
      {...props}
      className={cx(
        "inline-flex h-6 max-w-full min-w-6 items-center gap-1.5 rounded-control px-1.5 text-12 select-none cursor-default",
        "transition-colors duration-(--fast) hover:bg-hover data-popup-open:bg-active disabled:pointer-events-none",
        "pointer-coarse:h-9",
        look === "outline" && "border border-line bg-raised",
        className,
      )}
    >
      {icon}
      {children !== undefined && <span className="min-w-0 truncate">{children}</span>}
    </button>
  );
}

export function LabelDot({ color, className }: { color: string; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx("size-2.5 shrink-0 rounded-full", className)}
      style={{ background: color || "var(--text-faint)" }}
    />
  );
}

/** A quiet number beside a name. */
export function Count({ children, className }: { children: ReactNode; className?: string }) {
  return <span className={cx("tabular text-12 text-muted", className)}>{children}</span>;
}

/** How many wait to be read. What is read out is the whole number, also where there is no room for it. */
export function UnreadCount({ count, className }: { count: number; className?: string }) {
  return (
    <span className={cx("tabular", className ?? "text-12 text-muted")}>
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span className="sr-only">{count} unread</span>
    </span>
  );
}

/** In the corner of an icon: something there waits to be read. */
export function UnreadDot() {
  return <span aria-hidden="true" className="absolute top-1 right-1 size-2 rounded-full border border-bg bg-accent" />;
}
