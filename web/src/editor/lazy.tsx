/** The editor as the screens use it: its chunk comes when it is needed; until then the text stands there as readers see it. */

import { lazy, Suspense } from "react";
import type { EditorProps } from "./editor.tsx";
import { RichText, type RichTextServices } from "./rich-text.tsx";

const load = () => import("./editor.tsx");
const Loaded = lazy(load);

/** Fetches the chunk ahead of its use; for moments when nothing else is going on. */
export function warmEditor(): void {
  void load();
}

export function Editor({ reading, ...props }: EditorProps & { readonly reading: RichTextServices }) {
  return (
    <Suspense fallback={<Coming {...props} reading={reading} />}>
      <Loaded {...props} />
    </Suspense>
  );
}

/** Has the keys until the editor comes: what is typed meanwhile is no command of the screen. */
function Coming({ html, label, autoFocus, className, reading }: EditorProps & { readonly reading: RichTextServices }) {
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
      className="outline-none"
    >
      <RichText html={html} services={reading} className={className} />
    </div>
  );
}
