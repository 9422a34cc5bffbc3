import { ContextMenu as BaseContextMenu } from "@base-ui/react/context-menu";
import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cx } from "./classes.ts";
import { FLOAT, OPTION } from "./float.ts";
import { Kbd } from "./kbd.tsx";

const POPUP = cx(FLOAT, "max-h-(--available-height) min-w-48 max-w-80 overflow-y-auto p-1");

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  side?: "bottom" | "top" | "left" | "right" | undefined;
  align?: "start" | "center" | "end" | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  className?: string | undefined;
  children: ReactNode;
}

export function Menu({
  trigger,
  side = "bottom",
  align = "start",
  open,
  onOpenChange,
  className,
  children,
}: MenuProps) {
  return (
    <BaseMenu.Root
      modal={false}
      {...(open === undefined ? {} : { open })}
      onOpenChange={(next) => onOpenChange?.(next)}
    >
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <BaseMenu.Popup className={cx(POPUP, className)}>{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export interface ContextMenuProps extends Omit<ComponentProps<"div">, "content"> {
  /** What the menu holds; asked when it opens. */
  content: () => ReactNode;
  onOpenChange?: ((open: boolean) => void) | undefined;
}

/** An area whose right click (long press, menu key) opens a menu at the pointer. */
export function ContextMenu({ content, onOpenChange, ...props }: ContextMenuProps) {
  return (
    <BaseContextMenu.Root onOpenChange={(open) => onOpenChange?.(open)}>
      <BaseContextMenu.Trigger {...props} />
      <BaseContextMenu.Portal>
        <BaseContextMenu.Positioner className="z-50">
          <BaseContextMenu.Popup className={POPUP}>
            <Late content={content} />
          </BaseContextMenu.Popup>
        </BaseContextMenu.Positioner>
      </BaseContextMenu.Portal>
    </BaseContextMenu.Root>
  );
}

function Late({ content }: { content: () => ReactNode }) {
  return content();
}

export interface MenuItemProps {
  icon?: ReactNode;
  /** Its shortcut in tinykeys' notation, shown at the right. */
  keys?: string | undefined;
  /** A muted word at the right. */
  hint?: ReactNode;
  danger?: boolean | undefined;
  disabled?: boolean | undefined;
  /** True or false: the item is one that is chosen or not. */
  checked?: boolean | undefined;
  /** Whether the menu goes away; by default not for items that are checked or not. */
  closes?: boolean | undefined;
  onSelect: () => void;
  className?: string | undefined;
  children: ReactNode;
}

export function MenuItem(props: MenuItemProps) {
  const { icon, keys, hint, danger, disabled = false, checked, closes, onSelect, className, children } = props;
  const look = cx(OPTION, danger ? "text-danger data-highlighted:bg-danger-soft" : undefined, className);
  const inside = (
    <>
      {icon && (
        <span className={cx("flex w-4 shrink-0 justify-center", danger ? undefined : "text-muted")}>{icon}</span>
      )}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint && <span className="text-12 text-muted">{hint}</span>}
      {checked && <Check aria-hidden="true" className="text-accent-text" />}
      {keys && <Kbd keys={keys} />}
    </>
  );
  if (checked === undefined) {
    return (
      <BaseMenu.Item disabled={disabled} closeOnClick={closes ?? true} onClick={onSelect} className={look}>
        {inside}
      </BaseMenu.Item>
    );
  }
  return (
    <BaseMenu.CheckboxItem
      disabled={disabled}
      checked={checked}
      closeOnClick={closes ?? false}
      onCheckedChange={onSelect}
      className={look}
    >
      {inside}
    </BaseMenu.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className="px-2 pt-1.5 pb-1 text-11 font-medium text-muted">{label}</BaseMenu.GroupLabel>
      {children}
    </BaseMenu.Group>
  );
}
