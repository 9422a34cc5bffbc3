/** A part of the details with its name, a number and what can be added. */

import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../../ui/button.tsx";

interface Props {
  readonly title: string;
  /** Behind the name, such as "2 of 5". */
  readonly count?: ReactNode;
  readonly add?: { readonly label: string; readonly keys?: string | undefined; readonly run: () => void } | undefined;
  /** In the place of the button. */
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

export function Section({ title, count, add, action, children }: Props) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <div className="flex h-7 items-center gap-2">
        <h2 className="text-13 font-semibold">{title}</h2>
        {count !== undefined && <span className="tabular text-12 text-muted">{count}</span>}
        <span className="ml-auto" />
        {action}
        {add && (
          <IconButton size="sm" label={add.label} keys={add.keys} onClick={add.run}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {children}
    </section>
  );
}
