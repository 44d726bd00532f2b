import type { ScoresChanged } from './board-feed';

type Listener = (change: ScoresChanged) => void;

/** The listeners of a feed in this process. If a listener throws, the error is logged and the others are still called. */
export class FeedListeners {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly logger: { error(message: string): void }) {}

  /** Adds a listener and returns a function that removes it. The same function may be added twice; each is removed separately. */
  add(listener: Listener): () => Promise<void> {
    const subscription: Listener = (change) => listener(change);
    this.listeners.add(subscription);
    return async () => {
      this.listeners.delete(subscription);
    };
  }

  get isEmpty(): boolean {
    return !this.listeners.size;
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
