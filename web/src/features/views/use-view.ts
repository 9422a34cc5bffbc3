/** The view of a list: from the address, else as it was last looked at, else as usual. Changes go to both. */

import { useRouter, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import * as v from "valibot";
import { useEngine } from "../../sync-react/index.tsx";
import { type ListName, lastView, rememberView } from "./display.ts";
import { readSearch, type ViewSearch, type ViewSettings, viewSearchSchema, writeSearch } from "./search.ts";

export interface UsedView {
  readonly settings: ViewSettings;
  readonly peek: string | null;
  readonly change: (changes: Partial<ViewSettings>) => void;
  readonly setPeek: (key: string | null, replace?: boolean) => void;
  /** The address that shows the same to everybody. */
  readonly link: () => string;
}

/** Whether the address says anything about the view. */
function speaks(search: ViewSearch): boolean {
  return Object.entries(search).some(([key, value]) => key !== "peek" && value !== undefined);
}

export function useViewSettings(scope: string, usual: ViewSettings): UsedView {
  const { userId: user, slug } = useEngine();
  const list = useMemo(() => ({ user, slug, scope }), [user, slug, scope]);
  const search = v.parse(viewSearchSchema, useSearch({ strict: false }));
  const router = useRouter();
  const text = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the search
  const said = useMemo(
    () => (speaks(search) ? readSearch(search, usual) : remembered(list, usual)),
    [text, list, usual],
  );
  // What was just chosen shows before the address has followed.
  const [ahead, setAhead] = useState<{ from: string; settings: ViewSettings } | null>(null);
  const settings = ahead?.from === text ? ahead.settings : said;
  const peek = search.peek ?? null;

  const change = useCallback(
    (changes: Partial<ViewSettings>) => {
      const next = { ...settings, ...changes };
      setAhead({ from: text, settings: next });
      afterPaint(() => {
        rememberView(list, JSON.stringify(writeSearch(next, usual)));
        const written = (before: ViewSearch) => ({ ...writeSearch(next, usual), peek: before.peek });
        void router.navigate({ to: ".", search: written, replace: true });
      });
    },
    [settings, text, list, usual, router],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the search
  useEffect(() => {
    if (speaks(search)) rememberView(list, JSON.stringify(writeSearch(said, usual)));
  }, [text, list, said, usual]);

  const setPeek = useCallback(
    (key: string | null, replace = false) => {
      const written = (before: ViewSearch) => ({ ...before, peek: key ?? undefined });
      void router.navigate({ to: ".", search: written, replace });
    },
    [router],
  );
  const link = () => {
    const { href } = router.buildLocation({ to: ".", search: writeSearch(settings, usual) as never });
    return new URL(href, location.origin).href;
  };
  return { settings, peek, change, setPeek, link };
}

/** Once the next frame is on the screen. */
function afterPaint(run: () => void): void {
  requestAnimationFrame(() => setTimeout(run));
}

function remembered(list: ListName, usual: ViewSettings): ViewSettings {
  try {
    return readSearch(v.parse(viewSearchSchema, JSON.parse(lastView(list) || "{}")), usual);
  } catch {
    return usual;
  }
}
