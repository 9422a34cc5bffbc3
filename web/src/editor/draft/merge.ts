/** Merges two changes of one text, block by block: what only one side changed is taken from it, what both changed is for people to decide. */

export type Piece =
  | { readonly kind: "same"; readonly blocks: readonly string[] }
  /** Only this side changed it; `base` is what the other side still has. */
  | { readonly kind: "mine" | "theirs"; readonly blocks: readonly string[]; readonly base: readonly string[] }
  | { readonly kind: "conflict"; readonly mine: readonly string[]; readonly theirs: readonly string[] };

/** `base` is what both began with. */
export function merge(base: readonly string[], mine: readonly string[], theirs: readonly string[]): readonly Piece[] {
  const inMine = matches(base, mine);
  const inTheirs = matches(base, theirs);
  const pieces: Piece[] = [];
  let at = { base: 0, mine: 0, theirs: 0 };
  for (let index = 0; index <= base.length; index++) {
    const isEnd = index === base.length;
    const next = isEnd
      ? { base: index, mine: mine.length, theirs: theirs.length }
      : { base: index, mine: inMine[index] ?? -1, theirs: inTheirs[index] ?? -1 };
    // Only blocks that both sides still have hold the three texts together.
    if (next.mine < 0 || next.theirs < 0) continue;
    const changed = between(
      base.slice(at.base, index),
      mine.slice(at.mine, next.mine),
      theirs.slice(at.theirs, next.theirs),
    );
    for (const piece of changed) add(pieces, piece);
    if (!isEnd) add(pieces, { kind: "same", blocks: [base[index] ?? ""] });
    at = { base: index + 1, mine: next.mine + 1, theirs: next.theirs + 1 };
  }
  return pieces;
}

function between(base: readonly string[], mine: readonly string[], theirs: readonly string[]): readonly Piece[] {
  if (equal(mine, theirs)) return [{ kind: "same", blocks: mine }];
  if (equal(base, theirs)) return [{ kind: "mine", blocks: mine, base }];
  if (equal(base, mine)) return [{ kind: "theirs", blocks: theirs, base }];
  // As many blocks as before on both sides: each was changed where it stands, and neighbours are no conflict.
  if (base.length > 1 && base.length === mine.length && base.length === theirs.length) {
    return base.flatMap((block, at) => between([block], mine.slice(at, at + 1), theirs.slice(at, at + 1)));
  }
  return [{ kind: "conflict", mine, theirs }];
}

function add(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (piece.kind === "same" && piece.blocks.length === 0) return;
  if (piece.kind === "same" && last?.kind === "same") {
    pieces[pieces.length - 1] = { kind: "same", blocks: [...last.blocks, ...piece.blocks] };
  } else pieces.push(piece);
}

export function hasConflict(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.kind === "conflict");
}

/** One text of all pieces; where both sides changed the same, theirs and then mine. */
export function joined(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap((piece) => (piece.kind === "conflict" ? [...piece.theirs, ...piece.mine] : piece.blocks));
}

/** For each block of `base` its place in `other`, or -1: the longest common sequence. */
function matches(base: readonly string[], other: readonly string[]): readonly number[] {
  const found = new Array<number>(base.length).fill(-1);
  let start = 0;
  while (start < base.length && start < other.length && base[start] === other[start]) {
    found[start] = start;
    start += 1;
  }
  let tail = 0;
  const free = Math.min(base.length, other.length) - start;
  while (tail < free && base[base.length - 1 - tail] === other[other.length - 1 - tail]) {
    found[base.length - 1 - tail] = other.length - 1 - tail;
    tail += 1;
  }
  longest(base.slice(start, base.length - tail), other.slice(start, other.length - tail)).forEach((place, index) => {
    if (place >= 0) found[start + index] = start + place;
  });
  return found;
}

/** More cells than this and the middle counts as changed as a whole. */
const MOST_CELLS = 4_000_000;

function longest(base: readonly string[], other: readonly string[]): readonly number[] {
  const found = new Array<number>(base.length).fill(-1);
  if (base.length * other.length > MOST_CELLS) return found;
  const width = other.length + 1;
  const lengths = new Uint32Array((base.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let i = base.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i * width + j] = base[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < base.length && j < other.length; ) {
    if (base[i] === other[j]) found[i++] = j++;
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}

function equal(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((block, index) => block === right[index]);
}

/** The blocks of a stored text: what stands at the top, or in the one `<div>` there. */
export function blocksOf(html: string): readonly string[] {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const only = body.children.length === 1 ? body.firstElementChild : null;
  const root = only?.localName === "div" && only.attributes.length === 0 ? only : body;
  const blocks: string[] = [];
  for (const node of root.childNodes) {
    if (node instanceof Element) blocks.push(node.outerHTML);
    else if (node.textContent?.trim()) blocks.push(paragraph(node.textContent));
  }
  return blocks;
}

function paragraph(text: string): string {
  const element = document.createElement("p");
  element.textContent = text;
  return element.outerHTML;
}
