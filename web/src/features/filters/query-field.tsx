import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { cx } from "../../ui/classes.ts";
import { OPTION } from "../../ui/float.ts";
import { complete } from "./complete.ts";
import { parseQuery } from "./parse.ts";
import type { Problem } from "./scan.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface QueryFieldProps {
  query: string;
  vocabulary: Vocabulary;
  /** The text, whenever it can be read whole. */
  onChange: (query: string) => void;
  onDone: () => void;
}

/** How long somebody pauses before the list follows. */
const pause = 120;

/** The filter as text, with what could come next below, and what is wrong underlined. */
export function QueryField({ query, vocabulary, onChange, onDone }: QueryFieldProps) {
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [open, setOpen] = useState(true);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const wanted = useRef<number | null>(null);
  const { problems } = parseQuery(text, vocabulary);
  const { from, to, options } = complete(text, caret, vocabulary);
  const shown = open && options.length > 0;
  const clean = problems.length === 0;

  useEffect(() => {
    if (!clean || text.trim() === query) return;
    const timer = setTimeout(() => onChange(text.trim()), pause);
    return () => clearTimeout(timer);
  }, [text, clean, query, onChange]);

  // With the text, not a frame later: the next letter may come in between.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  });

  const type = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setActive(-1);
  };
  const take = (index: number) => {
    const option = options[index];
    if (!option) return;
    const next = text.slice(0, from) + option.insert + text.slice(to);
    const at = from + option.insert.length;
    type(next, at);
    wanted.current = at;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown) setActive((active + step + options.length) % options.length);
    else if ((event.key === "Enter" || event.key === "Tab") && shown && active >= 0) take(active);
    else if (event.key === "Tab" && shown && text.slice(from, to) !== "") take(0);
    else if (event.key === "Enter") {
      if (clean) onChange(text.trim());
      onDone();
    } else if (event.key === "Escape" && shown && active >= 0) setOpen(false);
    else if (event.key === "Escape") onDone();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="relative min-w-0 flex-1">
      <Underlined text={text} problems={problems} />
      <input
        ref={(field) => {
          input.current = field;
        }}
        // biome-ignore lint/a11y/noAutofocus: it was asked for by a key or a click just now
        autoFocus
        role="combobox"
        aria-label="Filter as text"
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={!clean}
        aria-describedby={`${listId}-problem`}
        autoComplete="off"
        spellCheck={false}
        placeholder="state:started -label:bug due:<7d assignee:me “words”"
        value={text}
        onChange={(event) => {
          setOpen(true);
          type(event.currentTarget.value, event.currentTarget.selectionStart ?? event.currentTarget.value.length);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
        className="relative h-7 w-full rounded-control border border-line-strong bg-transparent px-2 font-mono text-12 placeholder:text-faint pointer-coarse:h-11"
      />
      <div
        id={listId}
        role="listbox"
        aria-label="What could come next"
        hidden={!shown}
        className="absolute top-full left-0 z-30 mt-1 max-h-72 w-72 overflow-y-auto rounded-panel border border-line bg-raised p-1 shadow-float"
      >
        {shown &&
          options.map((option, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            <div
              key={option.insert}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              data-highlighted={index === active ? "" : undefined}
              className={OPTION}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(index)}
            >
              <span className="min-w-0 flex-1 truncate">{option.title}</span>
              <span className="font-mono text-12 text-muted">{option.hint}</span>
            </div>
          ))}
      </div>
      <p id={`${listId}-problem`} role="status" className={cx("text-12 text-danger", clean ? "sr-only" : "pt-1")}>
        {problems[0]?.message}
      </p>
    </div>
  );
}

/** The same text behind the field, invisible but for the wavy lines. */
function Underlined({ text, problems }: { text: string; problems: readonly Problem[] }) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-x-0 top-0 flex h-7 items-center overflow-hidden px-[9px] font-mono text-12 whitespace-pre text-transparent"
    >
      {problems.slice(0, 1).map(({ at, length }) => (
        <span key={at}>
          {text.slice(0, at)}
          <span className="underline decoration-danger decoration-wavy">{text.slice(at, at + length) || " "}</span>
        </span>
      ))}
    </div>
  );
}
