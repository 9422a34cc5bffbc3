import { Popover as BasePopover } from "@base-ui/react/popover";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cx } from "./classes.ts";
import { FLOAT } from "./float.ts";

type Anchor = ComponentProps<typeof BasePopover.Positioner>["anchor"];

export interface PopoverPlace {
  /** The button that opens it. Without one: `anchor`, `open` and `onOpenChange`. */
  trigger?: ReactElement | undefined;
  /** Where it stands if not at its trigger, such as a row that has the focus. */
  anchor?: Anchor | undefined;
  side?: "bottom" | "top" | "left" | "right" | undefined;
  align?: "start" | "center" | "end" | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
}

export interface PopoverProps extends PopoverPlace {
  /** Its name. */
  label: string;
  /** What gets the focus when it opens; left out: the first control. */
  initialFocus?: ComponentProps<typeof BasePopover.Popup>["initialFocus"];
  /** What gets it when it closes; left out: what had it before. */
  finalFocus?: ComponentProps<typeof BasePopover.Popup>["finalFocus"];
  className?: string | undefined;
  children: ReactNode;
}

export function Popover(props: PopoverProps) {
  const {
    trigger,
    anchor,
    side = "bottom",
    align = "start",
    open,
    onOpenChange,
    label,
    initialFocus,
    finalFocus,
  } = props;
  return (
    <BasePopover.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <BasePopover.Trigger render={trigger} />}
      <BasePopover.Portal>
        <BasePopover.Positioner
          {...(anchor === undefined ? {} : { anchor })}
          side={side}
          align={align}
          sideOffset={4}
          className="z-50"
        >
          <BasePopover.Popup
            aria-label={label}
            {...(initialFocus === undefined ? {} : { initialFocus })}
            {...(finalFocus === undefined ? {} : { finalFocus })}
            className={cx(
              FLOAT,
              "max-h-(--available-height) max-w-(--available-width) overflow-y-auto",
              props.className,
            )}
          >
            {props.children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
