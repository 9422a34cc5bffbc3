/** Brings a text that somebody types to the server and keeps it here until the server has it. No React, no editor, no network of its own. */

import type { Draft } from "../../sync/drafts.ts";
import { Keeper } from "./keeper.ts";

/** A text as the server has it. `etag`: null where the version is not known, and has to be asked for before saving. */
export interface Stored {
  readonly html: string;
  readonly etag: string | null;
}

/** Why the server did not take it. `status` 0: it was not reached. */
export class SaveFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "SaveFailure";
    this.status = status;
  }
}

/** The place where the text belongs. Both reject with a `SaveFailure`. */
export interface Remote {
  load(): Promise<Stored>;
  /** Saves if nobody was faster; else a failure with status 412. */
  save(html: string, etag: string | null): Promise<void>;
}

export interface Shelf {
  read(key: string): Promise<Draft | undefined>;
  /** Whether it will be there after the page has gone. */
  keep(draft: Draft): Promise<boolean>;
  drop(key: string): Promise<void>;
}

export type SaveState =
  /** The server has it; `at`: since when, if it was saved here. */
  | { readonly kind: "saved"; readonly at: number | null }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  /** The server was not reached and is asked again. `kept`: in this browser, else only in this window. */
  | { readonly kind: "waiting"; readonly kept: boolean }
  /** The server does not want it so. */
  | { readonly kind: "refused"; readonly status: number; readonly reason: string; readonly kept: boolean }
  /** Somebody else saved another text. */
  | { readonly kind: "conflict"; readonly base: string; readonly mine: string; readonly theirs: Stored };

export const IDLE = 1_500;
const AGAIN = [2_000, 5_000, 15_000, 30_000] as const;

export class TextSaver {
  readonly #key: string;
  readonly #remote: Remote;
  readonly #shelf: Shelf;
  readonly #listeners = new Set<() => void>();
  #state: SaveState = { kind: "saved", at: null };
  #base: Stored;
  /** How to get the text as it is now; null: nothing is typed that the server has not. */
  #read: (() => string) | null = null;
  #saving: Promise<void> | null = null;
  #failures = 0;
  /** The server was asked to take what is typed, and did not yet. */
  #tried = false;
  #stopped = false;
  readonly #keeper = new Keeper();
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(key: string, opened: Stored, remote: Remote, shelf: Shelf) {
    this.#key = key;
    this.#base = opened;
    this.#remote = remote;
    this.#shelf = shelf;
  }

  get = (): SaveState => this.#state;
  /** What the server has, as far as it is known here. */
  base = (): Stored => this.#base;

  /** What is typed and not on the server. */
  typed = (): string | null => this.#read?.() ?? null;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether somebody shows it. */
  isWatched = (): boolean => this.#listeners.size > 0;

  /** What was typed here before and did not reach the server, to be shown instead of the server's text. */
  async restore(): Promise<string | null> {
    const draft = this.#read ? undefined : await this.#shelf.read(this.#key);
    if (this.#read) return this.#read();
    if (!draft || this.#stopped) return null;
    if (draft.html === this.#base.html) {
      await this.#shelf.drop(this.#key);
      return null;
    }
    this.#read = () => draft.html;
    if (draft.base !== null && draft.base !== this.#base.html) {
      this.#set({ kind: "conflict", base: draft.base, mine: draft.html, theirs: this.#base });
    } else {
      this.#set({ kind: "unsaved" });
      this.#saveSoon(0);
    }
    return draft.html;
  }

  /** Something was typed. `read` is called when there is time. */
  edit(read: () => string): void {
    this.#read = read;
    if (this.#state.kind !== "conflict") this.#set({ kind: "unsaved" });
    this.#keeper.edited(() => void this.#keep());
    if (this.#state.kind !== "conflict") this.#saveSoon(IDLE);
  }

  /** Saves now: the user goes elsewhere. Resolves when the attempt is over. */
  async flush(): Promise<void> {
    clearTimeout(this.#saveTimer);
    await this.#keep();
    if (this.#read && this.#state.kind !== "conflict") await this.#save();
  }

  /** Tries again what could not be sent. */
  retry(): void {
    if (this.#read && ["waiting", "refused"].includes(this.#state.kind)) this.#saveSoon(0);
  }

  /** Somebody else may have saved. Resolves with the new text if it is to be shown. */
  async refresh(): Promise<Stored | null> {
    if (this.#saving) await this.#saving;
    const theirs = await this.#remote.load();
    if (theirs.html === this.#base.html) {
      this.#base = theirs;
      return null;
    }
    const mine = this.#read?.() ?? null;
    if (mine === null || mine === theirs.html) {
      this.#adopt(theirs);
      return theirs;
    }
    this.#tried = true;
    this.#set({ kind: "conflict", base: this.#base.html, mine, theirs });
    await this.#keep();
    return null;
  }

  /** Ends a conflict with this text, which takes the place of theirs. */
  async resolve(html: string): Promise<void> {
    if (this.#state.kind !== "conflict") return;
    this.#base = this.#state.theirs;
    if (html === this.#base.html) return this.#adopt(this.#base);
    this.#read = () => html;
    this.#set({ kind: "unsaved" });
    await this.flush();
  }

  /** Drops what was typed. */
  discard(): void {
    this.#adopt(this.#base);
  }

  /** Ends the timers; what is typed stays on the shelf. */
  stop(): void {
    this.#stopped = true;
    this.#keeper.drop();
    clearTimeout(this.#saveTimer);
    this.#listeners.clear();
  }

  #adopt(stored: Stored): void {
    this.#keeper.drop();
    clearTimeout(this.#saveTimer);
    this.#base = stored;
    this.#read = null;
    void this.#shelf.drop(this.#key);
    this.#set({ kind: "saved", at: null });
  }

  async #keep(): Promise<void> {
    this.#keeper.drop();
    const html = this.#current();
    if (html === null) return;
    const base = this.#state.kind === "conflict" ? this.#state.base : this.#base.html;
    await this.#shelf.keep(this.#draft(html, base));
  }

  #draft(html: string, base: string): Draft {
    return { key: this.#key, html, base, at: Date.now(), ...(this.#tried ? { tried: true } : {}) };
  }

  /** The text that the server does not have; forgets that something was typed where it was taken back. */
  #current(): string | null {
    const html = this.#read?.() ?? null;
    if (html !== null && html !== this.#base.html) return html;
    if (this.#read && this.#state.kind !== "conflict" && !this.#saving) {
      this.#read = null;
      void this.#shelf.drop(this.#key);
      this.#set({ kind: "saved", at: null });
    }
    return null;
  }

  #saveSoon(after: number): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.#save(), after);
  }

  #save(): Promise<void> {
    this.#saving ??= this.#attempt().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  async #attempt(): Promise<void> {
    const html = this.#current();
    const read = this.#read;
    if (html === null || this.#state.kind === "conflict") return;
    this.#set({ kind: "saving" });
    try {
      if (this.#base.etag === null && !(await this.#meet(html))) return;
      await this.#remote.save(html, this.#base.etag);
    } catch (error) {
      return this.#failed(error, html);
    }
    this.#failures = 0;
    this.#tried = false;
    this.#base = { html, etag: null };
    const isOver = this.#read === read && read?.() === html;
    if (isOver) {
      this.#read = null;
      await this.#shelf.drop(this.#key);
      this.#set({ kind: "saved", at: Date.now() });
    } else {
      this.#set({ kind: "unsaved" });
      this.#saveSoon(IDLE);
    }
  }

  /** Asks for the version to save over. Answers whether the text is still the one that was changed. */
  async #meet(mine: string): Promise<boolean> {
    const theirs = await this.#remote.load();
    if (theirs.html === this.#base.html || theirs.html === mine) {
      this.#base = { html: this.#base.html, etag: theirs.etag };
      return true;
    }
    this.#tried = true;
    this.#set({ kind: "conflict", base: this.#base.html, mine, theirs });
    await this.#keep();
    return false;
  }

  async #failed(error: unknown, html: string): Promise<void> {
    const status = error instanceof SaveFailure ? error.status : 0;
    if (status === 412) {
      // Perhaps only another property of the item has changed.
      this.#base = { html: this.#base.html, etag: null };
      this.#set({ kind: "unsaved" });
      this.#saveSoon(0);
      return;
    }
    this.#tried = true;
    const kept = await this.#shelf.keep(this.#draft(html, this.#base.html));
    if (status === 0 || status === 408 || status === 429 || status >= 500) {
      this.#set({ kind: "waiting", kept });
      this.#saveSoon(AGAIN[Math.min(this.#failures, AGAIN.length - 1)] ?? 30_000);
      this.#failures += 1;
    } else {
      const reason = error instanceof Error ? error.message : "The server refused it.";
      this.#set({ kind: "refused", status, reason, kept });
    }
  }

  #set(state: SaveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
