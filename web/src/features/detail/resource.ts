/** Something that is read from the server and kept: shown at once from memory or disk, then as it is now. */

import { useEffect, useSyncExternalStore } from "react";
import { ApiError } from "../../api/client.ts";
import { keepSeen, peekSeen, readSeen } from "../../sync/drafts.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: ApiError | null;
  /** Whether it is what the server said last, and not only what was seen before. */
  readonly fresh: boolean;
}

export class Resource<T> {
  readonly #key: string;
  readonly #read: () => Promise<T>;
  readonly #listeners = new Set<() => void>();
  #state: Loaded<T>;
  #loading: Promise<void> | null = null;
  /** Asked again while it was being read. */
  #again = false;

  constructor(key: string, read: () => Promise<T>) {
    this.#key = key;
    this.#read = read;
    this.#state = { value: peekSeen<T>(key), error: null, fresh: false };
  }

  get = (): Loaded<T> => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads it if nobody has yet. */
  want(): void {
    if (!this.#state.fresh && !this.#loading) void this.load();
  }

  /** Reads it again, once more if something changed meanwhile. */
  load(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return this.#loading;
    }
    this.#loading = this.#ask().finally(() => {
      this.#loading = null;
      if (this.#again) {
        this.#again = false;
        void this.load();
      }
    });
    return this.#loading;
  }

  /** Reads it again if somebody shows it, else when somebody does. */
  stale(): void {
    void this.renew();
  }

  /** The same; resolves when what is shown is new. */
  async renew(): Promise<void> {
    if (this.#listeners.size > 0) await this.load();
    else this.#state = { ...this.#state, fresh: false };
  }

  /** What the user did, before the server has answered. */
  set(change: (value: T | undefined) => T | undefined): void {
    this.#set({ ...this.#state, value: change(this.#state.value) });
  }

  async #ask(): Promise<void> {
    if (this.#state.value === undefined) {
      const seen = await readSeen<T>(this.#key);
      if (seen !== undefined && this.#state.value === undefined) this.#set({ value: seen, error: null, fresh: false });
    }
    try {
      const value = await this.#read();
      this.#set({ value, error: null, fresh: true });
      void keepSeen(this.#key, value);
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError("It could not be read.", 0, null, {});
      this.#set({ ...this.#state, error: failure, fresh: false });
    }
  }

  #set(state: Loaded<T>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** `wanted` false: shown if it is known, not asked for. */
export function useResource<T>(resource: Resource<T>, wanted = true): Loaded<T> {
  useEffect(() => {
    if (wanted) resource.want();
  }, [resource, wanted]);
  return useSyncExternalStore(resource.subscribe, resource.get);
}
