/** What the rest of the app sees of the engine; `core.ts` does the work. */

import type { Engine, Mutated, MutateOptions, Mutation, Presence, Status, Touch, Undoable } from "./contract.ts";
import { Core } from "./core.ts";
import { deepestFirst } from "./deepest.ts";
import { oneByOne, withLists } from "./lists.ts";
import type { EngineOptions } from "./options.ts";
import type { Entity, Id } from "./rows.ts";
import { Signal } from "./signals.ts";
import { History, type Plan, type Step } from "./undo.ts";
import type { ViewSpec } from "./view-spec.ts";

export function createEngine(options: EngineOptions): Engine {
  const core = new Core(options);
  core.start();
  return new SyncEngine(options.slug, options.userId, core);
}

class SyncEngine implements Engine {
  private readonly undoable = new Signal<Undoable>();
  private readonly forgotten = new Signal<Id>();
  private readonly history: History;

  constructor(
    readonly slug: string,
    readonly userId: Id,
    private readonly core: Core,
  ) {
    this.history = new History((entity, id) => core.replica.of(entity).get(id), core.orders.next);
    core.failed.on(({ step, count }) => {
      if (this.history.forget(step, count)) this.forgotten.tell(step);
    });
  }

  table<E extends Entity>(entity: E) {
    return this.core.replica.of(entity);
  }

  view(spec: ViewSpec) {
    return this.core.views.of(spec);
  }

  load(project: Id): Promise<void> {
    return this.core.loader.load(project);
  }

  isLoaded(project: Id): boolean {
    return this.core.replica.held.has(project);
  }

  mutate(change: Mutation | readonly Mutation[], { label, undoable = true }: MutateOptions): Mutated {
    const given: readonly Mutation[] = "kind" in change ? [change] : change;
    const mutations = deepestFirst(
      given.flatMap((mutation) => oneByOne(withLists(mutation, this.row(mutation)))),
      this.table("work_item"),
    );
    const id = this.core.orders.next();
    const step = this.history.step(id, label, mutations);
    const sent = this.core.changes.make(id, label, mutations);
    if (undoable && step.inverse.length) {
      this.history.push(step);
      this.undoable.tell({ step: id, label });
    }
    return { sent };
  }

  private row({ entity, id }: Mutation): Readonly<Record<string, unknown>> | undefined {
    return this.core.replica.of(entity).get(id) as Readonly<Record<string, unknown>> | undefined;
  }

  async undo(step?: Id): Promise<string | null> {
    const taken = this.history.undo(step);
    // What is refused of it must not be taken for what it takes back.
    return this.take(taken, taken ? `Undo of “${taken.step.label}”` : "");
  }

  async redo(): Promise<string | null> {
    const taken = this.history.redo();
    return this.take(taken, taken?.step.label ?? "");
  }

  private take(taken: { step: Step; plan: Plan } | null, label: string): string | null {
    if (!taken) return null;
    const { step, plan } = taken;
    if (plan.mutations.length) void this.core.changes.make(this.core.orders.next(), label, plan.mutations);
    if (!plan.skipped) return step.label;
    const kept = plan.skipped === 1 ? "1 change" : `${plan.skipped} changes`;
    return `${step.label} (${kept} kept: somebody else has changed the same since)`;
  }

  status(): Status {
    return this.core.status.get();
  }

  onStatus(listener: () => void): () => void {
    return this.core.status.changed.on(listener);
  }

  onRefused(listener: Parameters<Engine["onRefused"]>[0]): () => void {
    return this.core.changes.refused.on(listener);
  }

  onUndoable(listener: (made: Undoable) => void): () => void {
    return this.undoable.on(listener);
  }

  onForgotten(listener: (step: Id) => void): () => void {
    return this.forgotten.on(listener);
  }

  onNews(listener: () => void): () => void {
    return this.core.news.on(listener);
  }

  watch(item: Id, listener: (touch: Touch) => void): () => void {
    return this.core.looking.watch(item, listener);
  }

  look(topic: string | null): void {
    this.core.looking.look(topic);
  }

  present(topic: string, listener: (people: readonly Presence[]) => void): () => void {
    return this.core.looking.present(topic, listener);
  }

  close(wipe = false): Promise<void> {
    return this.core.close(wipe);
  }
}
