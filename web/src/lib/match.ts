/** Search in short texts: every word has to be found, at the start of a word is better than inside of one. */

export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

/** 0: does not match. Higher is better. Both are folded. */
export function score(text: string, query: string): number {
  if (query === "") return 1;
  if (text === query) return 100;
  if (text.startsWith(query)) return 80;
  let sum = 0;
  const words = query.split(/\s+/).filter(Boolean);
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    sum += at === 0 ? 60 : startsWord(text, word) ? 40 : 15;
  }
  return words.length === 0 ? 1 : sum / words.length;
}

function startsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1];
    if (before === undefined || /[^\p{L}\p{N}]/u.test(before)) return true;
  }
  return false;
}
