/** The editor as the screens use it: its chunk comes when it is needed; until then the text stands there as readers see it. */

import { lazy, type RefObject, Suspense, useRef } from "react";
import type { EditorProps } from "./editor.tsx";
import { RichText, type RichTextServices } from "./rich-text.tsx";

const load = () => import("./editor.tsx");
const Loaded = lazy(load);

/** Fetches the chunk ahead of its use; for moments when nothing else is going on. */
export function warmEditor(): void {
  void load();
}

export function Editor({ reading, ...props }: Omit<EditorProps, "early"> & { readonly reading: RichTextServices }) {
  /** What is typed before the editor is there; it writes it then. */
  const early = useRef("");
  return (
    <Suspense fallback={<Coming {...props} reading={reading} typed={early} />}>
      <Loaded {...props} early={early} />
    </Suspense>
  );
}

interface ComingProps extends Pick<EditorProps, "html" | "label" | "autoFocus" | "className"> {
  readonly reading: RichTextServices;
  readonly typed: RefObject<string>;
}

/** Has the keys until the editor comes: what is typed meanwhile is no command of the screen. */
function Coming({ html, label, autoFocus, className, reading, typed }: ComingProps) {
  const wantsKeys = autoFocus !== undefined && autoFocus !== false;
  return (
    // biome-ignore lint/a11y/useSemanticElements: it holds rich text
    <div
      role="textbox"
      aria-label={label}
      aria-busy="true"
      aria-readonly="true"
      tabIndex={wantsKeys ? 0 : -1}
      ref={(element) => {
        if (wantsKeys) element?.focus({ preventScroll: true });
      }}
      onKeyDown={(event) => {
        if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        typed.current += event.key;
      }}
      className="outline-none"
    >
      <RichText html={html} services={reading} className={className} />
    </div>
  );
}
