/** What is focused and chosen on the screen. No React here: commands and the palette read it too. */

import type { Id } from "../../sync/rows.ts";

/** A place on the screen; with labels or people as groups, one item can stand at several. */
export interface Place {
  readonly id: Id;
  /** The group (and subgroup) it stands in, as `flat.ts` writes it. */
  readonly group: string;
}

export interface SelectionState {
  readonly focus: Place | null;
  readonly chosen: ReadonlySet<Id>;
}

const nothing: ReadonlySet<Id> = new Set();

export class Selection {
  private state: SelectionState = { focus: null, chosen: nothing };
  private places: readonly Place[] = [];
  /** Where a range began, and what was chosen besides it. */
  private anchor: Place | null = null;
  private base: ReadonlySet<Id> = nothing;
  private readonly listeners = new Set<() => void>();

  get = (): SelectionState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What commands act on: the chosen, else the focused. */
  items(): readonly Id[] {
    const { chosen, focus } = this.state;
    if (chosen.size > 0) return [...chosen];
    return focus ? [focus.id] : [];
  }

  isChosen = (id: Id): boolean => this.state.chosen.has(id);

  isFocused(id: Id, group: string): boolean {
    const { focus } = this.state;
    return focus !== null && focus.id === id && focus.group === group;
  }

  /** The places in the order of the screen. What is gone from it is no longer chosen, and the focus goes to what took its place. */
  setPlaces(places: readonly Place[]): void {
    const before = this.places;
    this.places = places;
    const { chosen } = this.state;
    const focus = this.refocus(before);
    const ids = chosen.size > 0 ? new Set(places.map(({ id }) => id)) : nothing;
    const kept = [...chosen].filter((id) => ids.has(id));
    const same = kept.length === chosen.size;
    if (same && focus === this.state.focus) return;
    this.set({ focus, chosen: same ? chosen : new Set(kept) });
  }

  focus(place: Place | null): void {
    if (place === this.state.focus) return;
    this.anchor = null;
    this.set({ ...this.state, focus: place });
  }

  /** Moves the focus by so many places; from nothing to the first or the last. */
  move(by: number): Place | null {
    const target = this.places[this.target(by)];
    if (target) this.focus(target);
    return target ?? null;
  }

  /** Moves the focus to the first or the last place. */
  jump(to: "first" | "last"): void {
    const place = to === "first" ? this.places[0] : this.places.at(-1);
    if (place) this.focus(place);
  }

  /** Moves the focus and chooses all between it and where the range began. */
  extend(by: number): Place | null {
    const target = this.places[this.target(by)];
    if (target) this.extendTo(target);
    return target ?? null;
  }

  extendTo(place: Place): void {
    if (!this.anchor) {
      this.anchor = this.state.focus ?? place;
      this.base = this.state.chosen;
    }
    const from = this.indexOf(this.anchor);
    const to = this.indexOf(place);
    const range = this.places.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ id }) => id);
    this.set({ focus: place, chosen: new Set([...this.base, ...range]) });
  }

  toggle(place: Place | null = this.state.focus): void {
    if (!place) return;
    const chosen = new Set(this.state.chosen);
    if (!chosen.delete(place.id)) chosen.add(place.id);
    this.anchor = null;
    this.set({ focus: place, chosen });
  }

  chooseAll(): void {
    this.set({ ...this.state, chosen: new Set(this.places.map(({ id }) => id)) });
  }

  choose(ids: Iterable<Id>): void {
    this.set({ ...this.state, chosen: new Set(ids) });
  }

  /** Lets go of what is chosen, then of the focus; says whether there was anything. */
  clear(): boolean {
    const { focus, chosen } = this.state;
    this.anchor = null;
    if (chosen.size > 0) this.set({ focus, chosen: nothing });
    else if (focus) this.set({ focus: null, chosen });
    else return false;
    return true;
  }

  reset(): void {
    this.places = [];
    this.anchor = null;
    this.set({ focus: null, chosen: nothing });
  }

  indexOf(place: Place | null): number {
    if (!place) return -1;
    return this.places.findIndex(({ id, group }) => id === place.id && group === place.group);
  }

  private target(by: number): number {
    const at = this.indexOf(this.state.focus);
    if (at < 0) return by > 0 ? 0 : this.places.length - 1;
    return Math.min(this.places.length - 1, Math.max(0, at + by));
  }

  private refocus(before: readonly Place[]): Place | null {
    const { focus } = this.state;
    if (!focus || this.indexOf(focus) >= 0) return focus;
    const elsewhere = this.places.find(({ id }) => id === focus.id);
    if (elsewhere) return elsewhere;
    const at = before.findIndex(({ id, group }) => id === focus.id && group === focus.group);
    return this.places[Math.min(Math.max(at, 0), this.places.length - 1)] ?? null;
  }

  private set(state: SelectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** The one of the screen. */
export const selection = new Selection();
