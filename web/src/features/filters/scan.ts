/** Reads the typed query character by character, and says where it went wrong. */

export interface Problem {
  readonly at: number;
  readonly length: number;
  readonly message: string;
}

export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
  readonly end: number;
}

export class Scanner {
  at = 0;
  readonly problems: Problem[] = [];

  constructor(readonly source: string) {}

  get done(): boolean {
    return this.at >= this.source.length;
  }

  get next(): string {
    return this.source.charAt(this.at);
  }

  skipSpace(): void {
    while (!this.done && /\s/.test(this.next)) this.at++;
  }

  take(character: string): boolean {
    if (this.next !== character) return false;
    this.at++;
    return true;
  }

  /** Takes the word before a colon, and the colon. */
  takeWord(): Piece | null {
    const match = /^([\p{L}_]+):(?!\/\/)/u.exec(this.source.slice(this.at));
    if (!match?.[1]) return null;
    const at = this.at;
    this.at += match[0].length;
    return { text: match[1], quoted: false, at, end: this.at };
  }

  /** Takes `or` when it stands alone. */
  takeOr(): boolean {
    if (!/^or(?=[\s()]|$)/i.test(this.source.slice(this.at))) return false;
    this.at += 2;
    return true;
  }

  /** Takes a value: in quotes, or up to a space, a parenthesis, or one of `stops`. */
  takeValue(stops: string): Piece {
    const at = this.at;
    if (this.take('"')) return this.quoted(at);
    while (!this.done && !/[\s()]/.test(this.next) && !stops.includes(this.next)) this.at++;
    return { text: this.source.slice(at, this.at), quoted: false, at, end: this.at };
  }

  problem(at: number, end: number, message: string): void {
    this.problems.push({ at, length: Math.max(1, end - at), message });
  }

  private quoted(at: number): Piece {
    let text = "";
    while (!this.done) {
      if (this.take('"')) return { text, quoted: true, at, end: this.at };
      if (this.next === "\\" && this.at + 1 < this.source.length) this.at++;
      text += this.next;
      this.at++;
    }
    this.problem(at, this.at, "The quotation mark is not closed.");
    return { text, quoted: true, at, end: this.at };
  }
}
