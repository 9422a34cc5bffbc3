import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { type ReactNode, useMemo } from "react";
import { Popover } from "../../ui/popover.tsx";
import { useNarrow } from "../items/narrow.ts";

export interface FloatingProps {
  rect: DOMRect;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A list that stands at a place of the screen; on phones it comes up from below. */
export function Floating({ rect, label, onClose, children }: FloatingProps) {
  const narrow = useNarrow();
  const anchor = useMemo(() => ({ getBoundingClientRect: () => rect }), [rect]);
  if (narrow) {
    return (
      <Sheet label={label} onClose={onClose}>
        {children}
      </Sheet>
    );
  }
  return (
    <Popover
      label={label}
      open
      anchor={anchor}
      onOpenChange={(open) => !open && onClose()}
      className="flex max-h-[min(26rem,var(--available-height))] w-64 flex-col overflow-hidden"
    >
      {children}
    </Popover>
  );
}

/** What comes up from the lower edge of a phone. */
export function Sheet({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-50 bg-scrim" />
        <BaseDialog.Popup className="fixed inset-x-0 bottom-0 z-50 flex max-h-[75dvh] flex-col overflow-hidden rounded-t-panel border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] shadow-float outline-none">
          <BaseDialog.Title className="px-4 pt-3 pb-1 text-13 font-semibold">{label}</BaseDialog.Title>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
