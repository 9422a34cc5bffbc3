/** The view of a list: from the address, else as it was last looked at, else as usual. Changes go to both. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo } from "react";
import * as v from "valibot";
import { lastView, rememberView } from "./display.ts";
import { readSearch, type ViewSearch, type ViewSettings, viewSearchSchema, writeSearch } from "./search.ts";

export interface UsedView {
  readonly settings: ViewSettings;
  readonly peek: string | null;
  readonly change: (changes: Partial<ViewSettings>) => void;
  readonly setPeek: (key: string | null, replace?: boolean) => void;
}

/** Whether the address says anything about the view. */
function speaks(search: ViewSearch): boolean {
  return Object.entries(search).some(([key, value]) => key !== "peek" && value !== undefined);
}

export function useViewSettings(scope: string, usual: ViewSettings): UsedView {
  const search = v.parse(viewSearchSchema, useSearch({ strict: false }));
  const navigate = useNavigate();
  const text = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the search
  const settings = useMemo(
    () => (speaks(search) ? readSearch(search, usual) : remembered(scope, usual)),
    [text, scope, usual],
  );
  const peek = search.peek ?? null;

  const change = useCallback(
    (changes: Partial<ViewSettings>) => {
      const next = { ...settings, ...changes };
      rememberView(scope, JSON.stringify(writeSearch(next, usual)));
      const said = { ...writeSearch(next, usual), ...(peek === null ? {} : { peek }) };
      void navigate({ to: ".", search: said, replace: true });
    },
    [settings, scope, usual, peek, navigate],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the search
  useEffect(() => {
    if (speaks(search)) rememberView(scope, JSON.stringify(writeSearch(settings, usual)));
  }, [text, scope, settings, usual]);

  const setPeek = useCallback(
    (key: string | null, replace = false) => {
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({ ...before, peek: key ?? undefined }),
        replace,
      });
    },
    [navigate],
  );
  return { settings, peek, change, setPeek };
}

function remembered(scope: string, usual: ViewSettings): ViewSettings {
  try {
    return readSearch(v.parse(viewSearchSchema, JSON.parse(lastView(scope) || "{}")), usual);
  } catch {
    return usual;
  }
}
