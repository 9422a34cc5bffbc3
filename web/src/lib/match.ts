/** Search in short texts: every word has to be found, at the start of a word is better than inside of one. */

/** Without case and accents. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return isPlain(lower)
    ? lower
    : lower
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase();
}

/** 0: does not match. Higher is better. Both are folded. For many texts use `matcher`. */
export function score(text: string, query: string): number {
  return matcher(query)(text);
}

/** Reckons what a folded query is worth in folded texts; taken apart once, as there may be ten thousand texts. */
export function matcher(query: string): (text: string) => number {
  const words = query.split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => 1;
  return (text) => {
    if (text.startsWith(query)) return text.length === query.length ? 100 : 80;
    let sum = 0;
    for (const word of words) {
      const at = text.indexOf(word);
      if (at < 0) return 0;
      sum += at === 0 ? 60 : startsWord(text, word, at) ? 40 : 15;
    }
    return sum / words.length;
  };
}

function startsWord(text: string, word: string, first: number): boolean {
  for (let at = first; at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !isLetter(text, at - 1)) return true;
  }
  return false;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return /[\p{L}\p{N}]/u.test(text.charAt(at));
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
