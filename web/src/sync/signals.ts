/** Small ways of telling: a list of listeners, and lists of them by name. */

export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  on(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}

export class Topics<T> {
  private readonly topics = new Map<string, Signal<T>>();

  on(topic: string, listener: (value: T) => void): () => void {
    const signal = this.topics.get(topic) ?? new Signal<T>();
    this.topics.set(topic, signal);
    return signal.on(listener);
  }

  tell(topic: string, value: T): void {
    this.topics.get(topic)?.tell(value);
  }
}
