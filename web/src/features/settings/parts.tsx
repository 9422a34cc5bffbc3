import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { useFieldParts } from "../../ui/field.tsx";

export interface SectionProps {
  title?: string | undefined;
  lead?: ReactNode;
  /** At the right of the title. */
  action?: ReactNode;
  children: ReactNode;
}

/** A part of a settings page; parts are divided by a hairline. */
export function Section({ title, lead, action, children }: SectionProps) {
  return (
    <section className="border-t border-line py-6 first:border-t-0 first:pt-0">
      {(title || lead || action) && (
        <div className="mb-4 flex min-h-7 items-start justify-between gap-4">
          <div>
            {title && <h2 className="text-15 font-semibold">{title}</h2>}
            {lead && <p className="mt-0.5 text-13 text-muted">{lead}</p>}
          </div>
          {action}
        </div>
      )}
      <div className="flex flex-col gap-5">{children}</div>
    </section>
  );
}

export interface RowProps {
  label: string;
  help?: ReactNode;
  /** A switch, a list: what is small enough to stand beside. */
  children: ReactNode;
}

/** Words at the left, a small control at the right. The control names itself. */
export function Row({ label, help, children }: RowProps) {
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="min-w-0">
        <p className="text-13 font-medium">{label}</p>
        {help && <p className="mt-0.5 text-12 text-muted">{help}</p>}
      </div>
      <div className="flex shrink-0 items-center gap-3">{children}</div>
    </div>
  );
}

/** A list of things with a hairline between. */
export function Lines({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-panel border border-line">
      {children}
    </ul>
  );
}

/** Says who may change this, where the reader may not. */
export function ReadOnly({ children }: { children: ReactNode }) {
  return <p className="rounded-control bg-sunken px-3 py-2 text-13 text-muted">{children}</p>;
}

/** A value that is not changed here. */
export function Fixed({ children }: { children: ReactNode }) {
  const parts = useFieldParts();
  return (
    <output id={parts.id} className="tabular flex min-h-7 min-w-0 items-center text-13 text-muted">
      {children}
    </output>
  );
}

/** Leaves a part of a page for the whole of it. */
export function Back({ to, onLeave }: { to: string; onLeave: () => void }) {
  return (
    <Button variant="ghost" icon={<ArrowLeft aria-hidden="true" />} onClick={onLeave} className="-ml-2.5 mb-3">
      {to}
    </Button>
  );
}

/** Stands above what could not be read anew. */
export function LastSeen({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div role="status" className="mb-6 flex items-center gap-3 rounded-control bg-warning-soft px-3 py-2 text-13">
      <p className="min-w-0 flex-1">{message} This is how it was last seen.</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
