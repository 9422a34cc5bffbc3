import { Copy, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cx } from "./classes.ts";
import { Kbd } from "./kbd.tsx";

export interface EmptyStateProps {
  sentence: ReactNode;
  action?: { label: string; keys?: string | undefined; run: () => void } | undefined;
  className?: string | undefined;
}

/** One sentence, one action, its key. */
export function EmptyState({ sentence, action, className }: EmptyStateProps) {
  return (
    <div className={cx("flex flex-col items-center justify-center gap-4 px-6 py-16 text-center", className)}>
      <p className="max-w-sm text-13 text-balance text-muted">{sentence}</p>
      {action && (
        <Button onClick={action.run}>
          {action.label}
          {action.keys && <Kbd keys={action.keys} />}
        </Button>
      )}
    </div>
  );
}

export interface ErrorStateProps {
  /** What happened, in plain words. */
  message: string;
  /** What it means, or what to do. */
  detail?: ReactNode;
  requestId?: string | null | undefined;
  retry?: (() => void) | undefined;
  /** Where else to go. */
  action?: { label: string; keys?: string | undefined; run: () => void } | undefined;
  className?: string | undefined;
}

export function ErrorState({ message, detail, requestId, retry, action, className }: ErrorStateProps) {
  return (
    <div role="alert" className={cx("flex flex-col items-center gap-3 px-6 py-16 text-center", className)}>
      <TriangleAlert aria-hidden="true" className="text-warning" />
      <p className="max-w-md text-15 font-medium text-balance">{message}</p>
      {detail && <p className="max-w-md text-13 text-balance text-muted">{detail}</p>}
      <div className="flex flex-wrap items-center justify-center gap-2">
        {retry && <Button onClick={retry}>Try again</Button>}
        {action && (
          <Button onClick={action.run}>
            {action.label}
            {action.keys && <Kbd keys={action.keys} />}
          </Button>
        )}
        {requestId && <RequestId id={requestId} />}
      </div>
    </div>
  );
}

/** What the operator finds the fault by in the server's log. */
function RequestId({ id }: { id: string }) {
  return (
    <Button variant="ghost" icon={<Copy aria-hidden="true" />} onClick={() => void navigator.clipboard.writeText(id)}>
      <span className="tabular">Copy request {id.slice(0, 8)}</span>
    </Button>
  );
}

export interface BannerProps {
  tone?: "plain" | "warning" | "danger" | undefined;
  icon?: ReactNode;
  action?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

const TONES = {
  plain: "bg-sunken text-text",
  warning: "bg-warning-soft text-text",
  danger: "bg-danger-soft text-text",
};

/** A line across the top of what it speaks of. */
export function Banner({ tone = "plain", icon, action, className, children }: BannerProps) {
  return (
    <div
      role="status"
      className={cx("flex min-h-8 items-center gap-2 border-b border-line px-4 py-1 text-13", TONES[tone], className)}
    >
      {icon}
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}

/** Says that something is on its way, but only after 300 ms. */
export function Waiting({ children = "Loading…", className }: { children?: ReactNode; className?: string }) {
  return (
    <p role="status" className={cx("late px-6 py-16 text-center text-13 text-muted", className)}>
      {children}
    </p>
  );
}
