import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./classes.ts";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Its name, shown at the top unless `bare`. */
  title: string;
  description?: ReactNode;
  /** Buttons at the bottom right. */
  footer?: ReactNode;
  /** Without head and padding: the content draws them, or needs none. */
  bare?: boolean | undefined;
  /** `top`: at a third of the height, for what grows while somebody types. */
  place?: "middle" | "top" | undefined;
  initialFocus?: ComponentProps<typeof BaseDialog.Popup>["initialFocus"];
  /** Sets the width; left out: 480 px. */
  className?: string | undefined;
  children?: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, footer, bare = false, place = "middle", initialFocus } = props;
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--fast) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport
          className={cx(
            "fixed inset-0 z-40 flex justify-center overflow-y-auto p-3",
            place === "top" ? "items-start pt-[12vh] max-sm:pt-3" : "items-center",
          )}
        >
          <BaseDialog.Popup
            {...(initialFocus === undefined ? {} : { initialFocus })}
            className={cx(
              "w-full rounded-panel border border-line bg-raised text-text shadow-float outline-none",
              "transition-opacity duration-(--fast) data-ending-style:opacity-0 data-starting-style:opacity-0",
              props.className ?? "max-w-120",
            )}
          >
            {bare ? <BaseDialog.Title className="sr-only">{title}</BaseDialog.Title> : <Head title={title} />}
            {description && (
              <BaseDialog.Description className={bare ? "sr-only" : "px-5 pb-1 text-13 text-muted"}>
                {description}
              </BaseDialog.Description>
            )}
            {bare ? props.children : <div className="px-5 pt-2 pb-5">{props.children}</div>}
            {footer && <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

function Head({ title }: { title: string }) {
  return (
    <div className="flex items-center justify-between gap-3 py-3 pr-3 pl-5">
      <BaseDialog.Title className="text-15 font-semibold">{title}</BaseDialog.Title>
      <BaseDialog.Close
        render={
          <IconButton label="Close">
            <X aria-hidden="true" />
          </IconButton>
        }
      />
    </div>
  );
}

export interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What happens, and to what, by name. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  /** Whether it may be done yet, where something has to be typed first. */
  ready?: boolean | undefined;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ open, onOpenChange, title, children, action, ready = true, onConfirm }: ConfirmProps) {
  const confirm = () => {
    onOpenChange(false);
    onConfirm();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      className="max-w-100"
      footer={
        <>
          <Button size="lg" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button size="lg" variant="danger" disabled={!ready} onClick={confirm}>
            {action}
          </Button>
        </>
      }
    >
      <div className="text-13 text-muted">{children}</div>
    </Dialog>
  );
}
