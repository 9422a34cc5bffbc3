/** Whether the window is as narrow as a phone. */

import { useSyncExternalStore } from "react";

const query = "(max-width: 639px)";

export function useNarrow(): boolean {
  return useMedia(query);
}

export function useCoarse(): boolean {
  return useMedia("(pointer: coarse)");
}

function useMedia(media: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(media);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(media).matches,
  );
}
