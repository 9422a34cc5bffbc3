import { type ReactNode, useMemo } from "react";
import { Popover } from "../../ui/popover.tsx";
import { Sheet } from "../../ui/sheet.tsx";
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
  const onOpenChange = (open: boolean) => {
    if (!open) onClose();
  };
  if (narrow) {
    return (
      <Sheet open side="bottom" title={label} onOpenChange={onOpenChange} className="z-50 flex flex-col">
        {children}
      </Sheet>
    );
  }
  return (
    <Popover
      label={label}
      open
      finalFocus={false}
      anchor={anchor}
      onOpenChange={onOpenChange}
      className="flex max-h-[min(26rem,var(--available-height))] w-64 flex-col overflow-hidden"
    >
      {children}
    </Popover>
  );
}
