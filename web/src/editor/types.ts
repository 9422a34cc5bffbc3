/** What the editor asks of the screen that it stands on. */

import type { Id, StateGroup } from "../sync/rows.ts";

export interface Person {
  readonly id: Id;
  readonly name: string;
  /** More to tell people apart by, such as the whole name. */
  readonly hint?: string;
  readonly avatarUrl?: string | null;
}

export interface ItemRef {
  readonly id: Id;
  /** Such as `ENG-42`. */
  readonly key: string;
  readonly name: string;
  readonly group: StateGroup;
}

export interface EditorServices {
  searchPeople(query: string): readonly Person[];
  searchItems(query: string): readonly ItemRef[] | Promise<readonly ItemRef[]>;
  /** What an item is called now; null: unknown here. */
  itemName(id: Id): { readonly key: string; readonly name: string } | null;
  /** Sends a picture; resolves with the id of the asset. Rejects with an `Error` whose message is for the user. */
  uploadImage(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Id>;
  /** Where a picture can be fetched from now. */
  imageUrl(asset: string): Promise<string>;
  /** Takes files that are no pictures, such as a dropped PDF. Without it they are refused. */
  attach?(files: readonly File[]): void;
}

/** What is said of a change: the text is only made when somebody asks. */
export interface Edited {
  /** The text as it is now. Where it says what it said when the editor was opened, exactly what it was opened with. */
  read(): string;
}
