import type { ScoresChanged } from './board-feed';

type Listener = (change: ScoresChanged) => void;

/** Who listens to a feed in this process. One that throws is logged and hurts nobody else. */
export class FeedListeners {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly logger: { error(message: string): void }) {}

  /** Returns a function that ends it. One function may be added twice, and each time ends alone. */
  add(listener: Listener): () => Promise<void> {
    const subscription: Listener = (change) => listener(change);
    this.listeners.add(subscription);
    return async () => {
      this.listeners.delete(subscription);
    };
  }

  deliver(change: ScoresChanged): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.logger.error(`a listener failed: ${String(error)}`);
      }
    }
  }

  clear(): void {
    this.listeners.clear();
  }
}
