import type { ComponentProps, ReactNode } from "react";
import { cx } from "./classes.ts";
import { tip } from "./tooltip.tsx";

type Variant = "primary" | "quiet" | "danger" | "ghost";
type Size = "sm" | "md" | "lg";

const VARIANTS: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border border-transparent",
  quiet: "bg-raised text-text border border-line-strong hover:bg-hover active:bg-active",
  danger: "bg-raised text-danger border border-line-strong hover:bg-danger-soft hover:border-danger",
  ghost: "text-muted border border-transparent hover:bg-hover hover:text-text active:bg-active",
};

const SIZES: Record<Size, string> = {
  sm: "h-6 px-1.5 gap-1 text-12",
  md: "h-7 px-2.5 gap-1.5 text-13",
  lg: "h-8 px-3 gap-1.5 text-13",
};

const BASE =
  "inline-flex items-center justify-center shrink-0 rounded-control font-medium whitespace-nowrap select-none cursor-default " +
  "transition-colors duration-(--fast) disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50 " +
  "data-popup-open:bg-active data-popup-open:text-text pointer-coarse:min-h-11";

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: Variant | undefined;
  size?: Size | undefined;
  /** Stands before the words. */
  icon?: ReactNode;
}

export function Button({ variant = "quiet", size = "md", icon, className, children, ...props }: ButtonProps) {
  return (
    <button type="button" {...props} className={cx(BASE, VARIANTS[variant], SIZES[size], className)}>
      {icon}
      {children}
    </button>
  );
}

const SQUARES: Record<Size, string> = { sm: "size-6", md: "size-7", lg: "size-8" };

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** Its name, and its tooltip. */
  label: string;
  /** Shown in the tooltip. */
  keys?: string | undefined;
  variant?: Variant | undefined;
  size?: Size | undefined;
}

export function IconButton({ label, keys, variant = "ghost", size = "md", className, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      {...tip(label, keys)}
      {...props}
      aria-label={label}
      className={cx(BASE, VARIANTS[variant], SQUARES[size], "pointer-coarse:min-w-11", className)}
    />
  );
}
