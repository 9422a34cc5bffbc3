/** The list of choices at the caret. */

import { useEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import type { Open, SuggestStore } from "./suggest.ts";

export function SuggestMenu({ store }: { store: SuggestStore }) {
  const open = useSyncExternalStore(store.subscribe, store.get);
  if (!open || (open.choices.length === 0 && (open.loading || open.query === ""))) return null;
  return createPortal(<List open={open} store={store} />, open.element);
}

function List({ open, store }: { open: Open; store: SuggestStore }) {
  const current = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open.index >= 0) current.current?.scrollIntoView({ block: "nearest" });
  }, [open.index]);
  if (open.choices.length === 0) return <p className="rt-popup-empty">Nothing is called “{open.query}”</p>;
  return (
    <div id={store.listId} role="listbox" aria-label={open.label} className="rt-choices">
      {open.choices.map((choice, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are pressed in the text, which points here by aria-activedescendant
        <div
          key={choice.id}
          id={store.optionId(index)}
          ref={index === open.index ? current : undefined}
          role="option"
          tabIndex={-1}
          aria-selected={index === open.index}
          className="rt-choice"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => open.take(choice)}
        >
          {choice.icon}
          <span className="rt-choice-title">{choice.title}</span>
          {choice.hint && <span className="rt-choice-hint">{choice.hint}</span>}
        </div>
      ))}
    </div>
  );
}
