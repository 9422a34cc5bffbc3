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
    <Suspense fallback={<RichText html={props.html} services={reading} className={props.className} />}>
      <Loaded {...props} />
    </Suspense>
  );
}
