import type { BoardCache } from './board-cache';

/** The hints of the feed for one user, from the call of `UserHints.of` until `end`. */
export interface HintsOfUser {
  /** Resolves at the next hint for the user, at once if there was one since the last call resolved, or after `withinMs`. One call at a time. */
  next(withinMs: number): Promise<void>;
  end(): void;
}

/** Tells when the feed names a user. Hints may be lost, so callers also look without one. A hint costs O(its users), or O(waiting users) if it names none. */
export class UserHints {
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(boardCache: Pick<BoardCache, 'onScores'>) {
    boardCache.onScores((userIds) => this.tell(userIds));
  }

  of(userId: string): HintsOfUser {
    let wasHinted = false;
    let wake = (): void => undefined;
    const listener = () => {
      wasHinted = true;
      wake();
    };
    this.add(userId, listener);
    return {
      next: async (withinMs) => {
        if (!wasHinted) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, withinMs);
            wake = () => (clearTimeout(timer), resolve());
          });
        }
        wasHinted = false;
      },
      end: () => this.remove(userId, listener),
    };
  }

  private tell(userIds: readonly string[]): void {
    if (!this.listeners.size) return;
    // An empty list means that any user's score may have changed.
    const named = userIds.length ? userIds.map((userId) => this.listeners.get(userId)) : [...this.listeners.values()];
    for (const listeners of named) listeners?.forEach((listener) => listener());
  }

  private add(userId: string, listener: () => void): void {
    const listeners = this.listeners.get(userId) ?? new Set();
    this.listeners.set(userId, listeners.add(listener));
  }

  private remove(userId: string, listener: () => void): void {
    const listeners = this.listeners.get(userId)!;
    listeners.delete(listener);
    if (!listeners.size) this.listeners.delete(userId);
  }
}
