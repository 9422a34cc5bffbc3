/** Finding people by `@` and work items by `#`. */

import type { Editor, Range } from "@tiptap/core";
import { StateIcon } from "../ui/state-icon.tsx";
import { ITEM, mentionOf, PERSON } from "./nodes/mention.ts";
import type { Choice } from "./suggest.ts";
import type { EditorServices } from "./types.ts";

/** More would not be read. */
const MOST = 8;

export function people(services: EditorServices): (query: string) => readonly Choice[] {
  return (query) =>
    services
      .searchPeople(query)
      .slice(0, MOST)
      .map((person) => ({
        id: person.id,
        title: person.name,
        hint: person.hint,
        take: (editor, range) => put(editor, range, PERSON, person.id, person.name),
      }));
}

export function items(services: EditorServices): (query: string) => Promise<readonly Choice[]> {
  return async (query) =>
    (await services.searchItems(query)).slice(0, MOST).map((item) => ({
      id: item.id,
      title: item.name,
      hint: item.key,
      icon: <StateIcon group={item.group} />,
      take: (editor, range) => put(editor, range, ITEM, item.id, item.key),
    }));
}

function put(editor: Editor, range: Range, kind: typeof PERSON | typeof ITEM, id: string, label: string): void {
  editor
    .chain()
    .focus()
    .insertContentAt(range, [
      { type: "mention", attrs: { ...mentionOf(kind, id, label) } },
      { type: "text", text: " " },
    ])
    .run();
}
