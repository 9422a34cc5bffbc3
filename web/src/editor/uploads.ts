/** Pictures on their way: pasted or dropped files show a bar where they will stand. The text changes only when the file has arrived,
    so nothing half-done is ever saved. */

import { type Editor, Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { newId } from "../lib/ids.ts";
import type { EditorServices } from "./types.ts";

const key = new PluginKey<DecorationSet>("uploads");

type Step = { add: { id: string; at: number; dom: HTMLElement } } | { remove: string };

export function uploads(services: EditorServices): Extension {
  return Extension.create({
    name: "uploads",
    addProseMirrorPlugins() {
      const editor = this.editor;
      return [
        new Plugin<DecorationSet>({
          key,
          state: {
            init: () => DecorationSet.empty,
            apply: (tr, set) => {
              const moved = set.map(tr.mapping, tr.doc);
              const step: Step | undefined = tr.getMeta(key);
              if (!step) return moved;
              if ("remove" in step)
                return moved.remove(moved.find(undefined, undefined, (spec) => spec.id === step.remove));
              const { id, at, dom } = step.add;
              return moved.add(tr.doc, [Decoration.widget(at, dom, { id, side: -1, ignoreSelection: true })]);
            },
          },
          props: {
            decorations: (state) => key.getState(state),
            handlePaste: (view, event) =>
              take(editor, services, filesOf(event.clipboardData), view.state.selection.from),
            handleDrop: (view, event, _slice, moved) => {
              if (moved) return false;
              const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
              return take(editor, services, filesOf(event.dataTransfer), at ?? view.state.selection.from);
            },
          },
        }),
      ];
    },
  });
}

function filesOf(data: DataTransfer | null): readonly File[] {
  // Spreadsheets put a picture of the cells beside their text; the text is meant.
  if (data === null || data.types.includes("text/plain")) return [];
  return [...data.files];
}

/** Puts pictures into the text and hands other files on. Answers whether there was anything to take. */
export function take(editor: Editor, services: EditorServices, files: readonly File[], at: number): boolean {
  if (files.length === 0) return false;
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  for (const file of pictures) start(editor, services, file, at);
  if (others.length > 0) services.attach?.(others);
  return true;
}

function isPicture(file: File): boolean {
  return ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"].includes(file.type);
}

/** The beginning of the block after the place, or the end of the text. */
function blockEnd(view: EditorView, at: number): number {
  const place = view.state.doc.resolve(Math.min(at, view.state.doc.content.size));
  return place.depth === 0 ? place.pos : place.after(1);
}

function start(editor: Editor, services: EditorServices, file: File, at: number): void {
  const { view } = editor;
  const id = newId();
  const bar = progressBar(file.name);
  const send = (step: Step) => view.dispatch(view.state.tr.setMeta(key, step).setMeta("addToHistory", false));
  const abort = new AbortController();
  send({ add: { id, at: blockEnd(view, at), dom: bar.dom } });
  const run = async () => {
    bar.show(0);
    try {
      const asset = await services.uploadImage(file, bar.show, abort.signal);
      if (!editor.isDestroyed) put(editor, id, asset, await ratio(file));
    } catch (error) {
      if (abort.signal.aborted || editor.isDestroyed) return;
      bar.fail(error instanceof Error ? error.message : "It could not be sent.", run, () => send({ remove: id }));
    }
  };
  bar.onCancel(() => {
    abort.abort();
    send({ remove: id });
  });
  void run();
}

/** Puts the picture where its bar stands by now. */
function put(editor: Editor, id: string, asset: string, aspect: string | null): void {
  const { state, view } = editor;
  const place = key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0];
  const type = state.schema.nodes.imageComponent;
  if (!place || !type) return;
  const node = type.create({ src: asset, id: newId(), aspectratio: aspect, status: "uploaded" });
  view.dispatch(state.tr.insert(place.from, node).setMeta(key, { remove: id } satisfies Step));
}

async function ratio(file: File): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(file);
    return (bitmap.width / bitmap.height).toFixed(3);
  } catch {
    return null;
  }
}

function progressBar(name: string) {
  const dom = document.createElement("div");
  dom.className = "rt-upload";
  dom.contentEditable = "false";
  const label = document.createElement("span");
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", `Sending ${name}`);
  const buttons = document.createElement("span");
  dom.append(label, progress, buttons);
  const button = (text: string, run: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", run);
    return made;
  };
  let cancel = () => {};
  return {
    dom,
    onCancel: (run: () => void) => {
      cancel = run;
      buttons.replaceChildren(button("Cancel", run));
    },
    show: (fraction: number) => {
      label.textContent = name;
      progress.hidden = false;
      progress.value = fraction;
      buttons.replaceChildren(button("Cancel", () => cancel()));
    },
    fail: (reason: string, again: () => void, remove: () => void) => {
      label.textContent = `${name} was not sent. ${reason}`;
      progress.hidden = true;
      buttons.replaceChildren(button("Try again", again), button("Remove", remove));
    },
  };
}
