/** The lists that open while one types: `/` for blocks, `@` for people, `#` for work items. One at a time, driven by the keyboard. */

import { type Editor, Extension, type Range } from "@tiptap/core";
import { PluginKey } from "@tiptap/pm/state";
import { Suggestion, type SuggestionProps } from "@tiptap/suggestion";
import type { ReactNode } from "react";

export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly hint?: string | undefined;
  readonly icon?: ReactNode;
  /** Puts it in the place of what was typed. */
  readonly take: (editor: Editor, range: Range) => void;
}

export interface Open {
  readonly label: string;
  readonly query: string;
  readonly choices: readonly Choice[];
  readonly index: number;
  readonly loading: boolean;
  /** Where the list is drawn; the plugin keeps it at the caret. */
  readonly element: HTMLElement;
  readonly take: (choice: Choice) => void;
}

/** What is open now; read by the list and by the keys. */
export class SuggestStore {
  #open: Open | null = null;
  readonly #listeners = new Set<() => void>();
  readonly listId: string;

  constructor(listId: string) {
    this.listId = listId;
  }

  get = (): Open | null => this.#open;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(open: Open | null): void {
    this.#open = open;
    for (const listener of this.#listeners) listener();
  }

  move(by: number): void {
    if (!this.#open || this.#open.choices.length === 0) return;
    const count = this.#open.choices.length;
    this.set({ ...this.#open, index: (this.#open.index + by + count) % count });
  }

  optionId(index: number): string {
    return `${this.listId}-${index}`;
  }
}

export interface SuggestOptions {
  readonly name: string;
  readonly char: string;
  readonly label: string;
  readonly find: (query: string) => readonly Choice[] | Promise<readonly Choice[]>;
}

export function suggest(store: SuggestStore, options: SuggestOptions): Extension {
  return Extension.create({
    name: `suggest-${options.name}`,
    // Its keys go before those of the screen: Escape closes the list first.
    priority: 300,
    addProseMirrorPlugins() {
      return [
        Suggestion<Choice, Choice>({
          editor: this.editor,
          pluginKey: new PluginKey(`suggest-${options.name}`),
          char: options.char,
          decorationClass: "rt-typing",
          items: async ({ query }) => [...(await options.find(query))],
          allow: ({ state, range }) => {
            const place = state.doc.resolve(range.from);
            return !place.parent.type.spec.code && !place.marks().some((mark) => mark.type.name === "code");
          },
          command: ({ editor, range, props }) => props.take(editor, range),
          render: () => view(store, options.label),
        }),
      ];
    },
  });
}

function view(store: SuggestStore, label: string) {
  let unmount = () => {};
  let element: HTMLElement | null = null;
  const show = (props: SuggestionProps<Choice, Choice>) => {
    if (!element) return;
    const before = store.get();
    const index = before?.query === props.query ? before.index : 0;
    store.set({
      label,
      query: props.query,
      choices: props.items,
      index: Math.min(index, Math.max(0, props.items.length - 1)),
      loading: props.loading,
      element,
      take: (choice) => props.command(choice),
    });
    point(props.editor, store);
  };
  return {
    onStart(props: SuggestionProps<Choice, Choice>) {
      element = document.createElement("div");
      element.className = "rt-popup";
      // Inside a dialog, because what is outside of it cannot be reached.
      const dialog = props.editor.view.dom.closest("[role=dialog]");
      (dialog ?? document.body).append(element);
      const release = props.mount(element);
      const own = element;
      unmount = () => {
        release();
        own.remove();
      };
      show(props);
    },
    onUpdate: show,
    onKeyDown: ({ event, view: { dom } }: { event: KeyboardEvent; view: { dom: HTMLElement } }) => {
      const isTaken = press(store, event);
      // The screen's own keys, such as Escape for closing the panel, are not meant then.
      if (isTaken) event.stopPropagation();
      pointAt(dom, store);
      return isTaken;
    },
    onExit(props: SuggestionProps<Choice, Choice>) {
      store.set(null);
      point(props.editor, store);
      unmount();
      element = null;
    },
  };
}

function press(store: SuggestStore, event: KeyboardEvent): boolean {
  const open = store.get();
  if (!open) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    store.move(event.key === "ArrowDown" ? 1 : -1);
    return open.choices.length > 0;
  }
  if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const choice = open.choices[open.index];
    if (choice) open.take(choice);
    return choice !== undefined;
  }
  return false;
}

/** Tells a screen reader which choice the keys are at. */
function point(editor: Editor, store: SuggestStore): void {
  if (!editor.isDestroyed) pointAt(editor.view.dom, store);
}

function pointAt(dom: HTMLElement, store: SuggestStore): void {
  const open = store.get();
  if (open && open.choices.length > 0) {
    dom.setAttribute("aria-controls", store.listId);
    dom.setAttribute("aria-activedescendant", store.optionId(open.index));
  } else {
    dom.removeAttribute("aria-controls");
    dom.removeAttribute("aria-activedescendant");
  }
}
