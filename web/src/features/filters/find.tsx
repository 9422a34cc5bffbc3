import { Search, X } from "lucide-react";
import { useDeferredValue, useEffect } from "react";
import { store } from "../../lib/store.ts";
import { IconButton } from "../../ui/button.tsx";
import { focusList } from "../items/focus.ts";
import { closeFilter, useFilterPart } from "./store.ts";

const text = store("");

export const setFindText = (next: string): void => text.set(next);

/** What is searched for within the list. It is not part of the view: it goes when the list goes. */
export function useFindText(): string {
  return useDeferredValue(text.use()).trim();
}

/** Finds within the list (Ctrl+F), key by key. */
export function FindField() {
  const open = useFilterPart() === "find";
  const value = text.use();
  useEffect(() => () => setFindText(""), []);
  if (!open && value === "") return null;
  const close = () => {
    setFindText("");
    closeFilter("find");
    focusList();
  };
  return (
    <search className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line px-4 max-sm:px-3">
      <Search aria-hidden="true" className="text-muted" />
      <input
        // biome-ignore lint/a11y/noAutofocus: it was asked for by a key just now
        autoFocus
        type="text"
        aria-label="Find in this list"
        placeholder="Find in this list"
        value={value}
        onChange={(event) => setFindText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          else if (event.key === "Enter" || event.key === "ArrowDown") focusList();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="h-8 min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint pointer-coarse:text-[16px]"
      />
      <IconButton label="Stop finding" onClick={close}>
        <X aria-hidden="true" />
      </IconButton>
    </search>
  );
}
