/** The ways in which items have to do with each other, in words. */

import type { RelationWord } from "../detail/remote.ts";

export interface Kind {
  readonly word: RelationWord;
  /** Above a list of items: "Blocked by". */
  readonly title: string;
  /** In a menu and as the name of a picker. */
  readonly add: string;
  /** What the other item says of this one. */
  readonly inverse: RelationWord;
}

export const KINDS: readonly Kind[] = [
  { word: "blocked_by", title: "Blocked by", add: "Blocked by…", inverse: "blocking" },
  { word: "blocking", title: "Blocks", add: "Blocks…", inverse: "blocked_by" },
  { word: "relates_to", title: "Related to", add: "Related to…", inverse: "relates_to" },
  { word: "duplicate", title: "Duplicate of", add: "Duplicate of…", inverse: "duplicate" },
  { word: "start_after", title: "Starts after", add: "Starts after…", inverse: "start_before" },
  { word: "start_before", title: "Starts before", add: "Starts before…", inverse: "start_after" },
  { word: "finish_after", title: "Finishes after", add: "Finishes after…", inverse: "finish_before" },
  { word: "finish_before", title: "Finishes before", add: "Finishes before…", inverse: "finish_after" },
];

/** Made by other programs, shown only. */
export const READ_ONLY: readonly { readonly word: RelationWord; readonly title: string }[] = [
  { word: "implements", title: "Implements" },
  { word: "implemented_by", title: "Implemented by" },
];

export function kindOf(word: RelationWord): Kind | undefined {
  return KINDS.find((kind) => kind.word === word);
}
