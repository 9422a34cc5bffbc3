import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { cx } from "./classes.ts";

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Its name, not shown. */
  title: string;
  side?: "left" | "bottom" | undefined;
  className?: string | undefined;
  children: ReactNode;
}

const SIDES = {
  left: "inset-y-0 left-0 w-70 max-w-[85vw] border-r data-starting-style:-translate-x-full data-ending-style:-translate-x-full",
  bottom:
    "inset-x-0 bottom-0 max-h-[85dvh] rounded-t-[12px] border-t data-starting-style:translate-y-full data-ending-style:translate-y-full",
};

/** Slides in from an edge, for phones. */
export function Sheet({ open, onOpenChange, title, side = "left", className, children }: SheetProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--slow) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          className={cx(
            "fixed z-40 overflow-y-auto border-line bg-raised pb-[env(safe-area-inset-bottom)] text-text shadow-float outline-none",
            "transition-transform duration-(--slow) ease-(--ease)",
            SIDES[side],
            className,
          )}
        >
          <BaseDialog.Title className="sr-only">{title}</BaseDialog.Title>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
