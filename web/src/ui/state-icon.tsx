import type { StateGroup } from "../sync/rows.ts";
import { cx } from "./classes.ts";

const NAMES: Record<StateGroup, string> = {
  backlog: "Backlog",
  unstarted: "Not started",
  started: "Started",
  completed: "Completed",
  cancelled: "Cancelled",
  triage: "Triage",
};

export function groupName(group: StateGroup): string {
  return NAMES[group];
}

export interface StateIconProps {
  group: StateGroup;
  /** The colour that the project gave the state; left out: that of the group. */
  color?: string | undefined;
  /** How far a started state is in its group, between 0 and 1. */
  progress?: number | undefined;
  /** Its name where no words stand beside it. */
  label?: string | undefined;
  className?: string | undefined;
}

/** The state of an item, readable by shape alone. */
export function StateIcon({ group, color, progress = 0.5, label, className }: StateIconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      className={cx("size-4 shrink-0", className)}
      style={{ color: color ? `color-mix(in oklch, ${color} 82%, var(--text))` : `var(--state-${group})` }}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <Shape group={group} progress={progress} />
    </svg>
  );
}

function Shape({ group, progress }: { group: StateGroup; progress: number }) {
  const ring = { cx: 8, cy: 8, r: 6, stroke: "currentColor", strokeWidth: 1.5 };
  const cut = { stroke: "var(--bg)", strokeWidth: 1.5, strokeLinecap: "round", strokeLinejoin: "round" } as const;
  switch (group) {
    case "backlog":
      return <circle {...ring} strokeDasharray="2.1 1.67" strokeDashoffset="1" />;
    case "unstarted":
      return <circle {...ring} />;
    case "started":
      return (
        <>
          <circle {...ring} />
          <path d={pie(Math.min(Math.max(progress, 0.15), 0.85))} fill="currentColor" />
        </>
      );
    case "completed":
      return (
        <>
          <circle cx={8} cy={8} r={6.75} fill="currentColor" />
          <path d="m5.2 8.2 2 2 3.7-4.2" {...cut} />
        </>
      );
    case "cancelled":
      return (
        <>
          <circle cx={8} cy={8} r={6.75} fill="currentColor" />
          <path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" {...cut} />
        </>
      );
    case "triage":
      return (
        <>
          <circle cx={8} cy={8} r={6.75} fill="currentColor" />
          <path d="M4.8 8h6.2M8.6 5.5 11.1 8l-2.5 2.5" {...cut} />
        </>
      );
  }
}

/** A slice from the top, clockwise. */
function pie(part: number): string {
  const angle = part * 2 * Math.PI;
  const x = (8 + 3.75 * Math.sin(angle)).toFixed(2);
  const y = (8 - 3.75 * Math.cos(angle)).toFixed(2);
  return `M8 8V4.25A3.75 3.75 0 ${part > 0.5 ? 1 : 0} 1 ${x} ${y}Z`;
}
