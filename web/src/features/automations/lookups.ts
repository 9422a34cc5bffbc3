/** Things that are asked of the server one by one, each once. */

export class Lookups<T> {
  private readonly asked = new Set<string>();
  private answers: ReadonlyMap<string, T | null> = new Map();
  private readonly listeners = new Set<() => void>();

  /** `read`: null when it is gone. It throws when that cannot be told, and may be asked again. */
  constructor(private readonly read: (id: string) => Promise<T | null>) {}

  /** Asks for those that have not been asked for; of those that failed, anew. */
  ask(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.asked.has(id)) continue;
      this.asked.add(id);
      this.read(id).then(
        (answer) => this.hold(id, answer),
        () => this.asked.delete(id),
      );
    }
  }

  /** Another map with each answer. */
  readonly known = (): ReadonlyMap<string, T | null> => this.answers;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private hold(id: string, answer: T | null): void {
    this.answers = new Map(this.answers).set(id, answer);
    for (const listener of this.listeners) listener();
  }
}
