/** How everything that floats looks and moves; nothing moves when it was opened by a key. */
export const FLOAT =
  "rounded-panel border border-line bg-raised text-text shadow-float outline-none origin-(--transform-origin) " +
  "transition-[opacity,transform] duration-(--fast) ease-(--ease) data-starting-style:opacity-0 data-ending-style:opacity-0 " +
  "data-starting-style:scale-[0.98] data-instant:transition-none";

/** A line in a menu or list. */
export const OPTION =
  "flex min-h-7 items-center gap-2 rounded-[4px] px-2 text-13 select-none cursor-default outline-none " +
  "data-highlighted:bg-active data-disabled:opacity-50 aria-disabled:opacity-50 pointer-coarse:min-h-11";
