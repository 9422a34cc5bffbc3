import type { Priority } from "../sync/rows.ts";
import { cx } from "./classes.ts";

const NAMES: Record<Priority, string> = {
  urgent: "Urgent",
  high: "High",
  medium: "Medium",
  low: "Low",
  none: "No priority",
};

/** From the most urgent to none. */
export const PRIORITIES: readonly Priority[] = ["urgent", "high", "medium", "low", "none"];

export function priorityName(priority: Priority): string {
  return NAMES[priority];
}

export interface PriorityIconProps {
  priority: Priority;
  /** Its name where no words stand beside it. */
  label?: string | undefined;
  className?: string | undefined;
}

const BARS: Record<Priority, number> = { urgent: 3, high: 3, medium: 2, low: 1, none: 0 };

/** Urgent is the only loud one; the others are bars, and none is a dash. */
export function PriorityIcon({ priority, label, className }: PriorityIconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="currentColor"
      className={cx("size-4 shrink-0", priority === "urgent" ? "text-danger" : "text-muted", className)}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {priority === "urgent" ? <Mark /> : priority === "none" ? <Dash /> : <Bars full={BARS[priority]} />}
    </svg>
  );
}

function Mark() {
  return (
    <>
      <rect x={1.5} y={1.5} width={13} height={13} rx={3} />
      <path d="M8 4.5v4.2M8 11.4v.1" stroke="var(--bg)" strokeWidth={1.75} strokeLinecap="round" />
    </>
  );
}

function Dash() {
  return <path d="M3.5 8h1.4m2.4 0h1.4m2.4 0h1.4" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" />;
}

function Bars({ full }: { full: number }) {
  return [0, 1, 2].map((bar) => (
    <rect
      key={bar}
      x={2 + bar * 4.5}
      y={9.5 - bar * 3}
      width={3}
      height={4.5 + bar * 3}
      rx={1}
      opacity={bar < full ? 1 : 0.28}
    />
  ));
}
