import { cx } from "./classes.ts";

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);

const NAMES: Record<string, string> = {
  $mod: isMac ? "⌘" : "Ctrl",
  Control: isMac ? "⌃" : "Ctrl",
  Shift: "⇧",
  Alt: isMac ? "⌥" : "Alt",
  Meta: isMac ? "⌘" : "Win",
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "⌫",
  Space: "Space",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  BracketLeft: "[",
  BracketRight: "]",
};

const CAP = "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-[4px] border border-line bg-raised px-1";

/** Keys in tinykeys' notation, as people read them: "Ctrl K", "G then I". */
export function keyNames(keys: string): string[][] {
  return keys.split(" ").map((step) =>
    step
      .split(/\+(?=.)/)
      .map((key) => NAMES[key] ?? key.replace(/^Key(?=[A-Z]$)|^Digit(?=\d$)/, ""))
      .map((key) => (key.length === 1 ? key.toUpperCase() : key)),
  );
}

/** Caps of keys; steps of a sequence are joined by "then". */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  const caps = keyNames(keys).flatMap((step, at) => [
    ...(at > 0 ? [{ id: `${at} then`, name: "then", cap: false }] : []),
    ...step.map((name) => ({ id: `${at} ${name}`, name, cap: true })),
  ]);
  return (
    <kbd
      className={cx("inline-flex items-center gap-0.5 font-sans text-11 text-faint pointer-coarse:hidden", className)}
    >
      {caps.map(({ id, name, cap }) => (
        <span key={id} className={cap ? CAP : "px-0.5 text-muted"}>
          {name}
        </span>
      ))}
    </kbd>
  );
}
