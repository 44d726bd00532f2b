import { type ErrorReporter, PushThrottle, type Subscriber } from '@scoreboard/application';
import { LeaderboardNotReady } from '@scoreboard/domain';
import type { ConflatingBuffer } from './conflating-buffer';

export interface KeyedChannelOptions<K, T> {
  /** The event name of a key's state. */
  readonly event: (key: K) => string;
  /** Reads the states of these keys, in the same order. */
  readonly read: (keys: readonly K[]) => Promise<readonly T[]>;
  /** The part of a state to compare with the last one sent. Default: the whole state. */
  readonly dedupeKey?: (state: T) => unknown;
  /** What is sent of a state. Default: the state. */
  readonly present?: (state: T) => unknown;
  readonly pushIntervalMs: number;
}

/**
 * Pushes states that are read from the leaderboard, one per subscribed key: a user's place, the first n.
 *
 * Changed keys are read together, at most once per `pushIntervalMs`, the first at once. A state is sent only if it differs from the
 * last one sent. A failed read is reported, unless the leaderboard is not ready, and its keys are read again with the next changed key.
 */
export class KeyedChannel<K, T> {
  private readonly subscribers = new Map<K, Set<Subscriber>>();
  /** The last state sent for each key, to detect changes. */
  private readonly sent = new Map<K, string>();
  /** Keys to read next, with the subscribers that get the state even if it is unchanged: they have just joined. */
  private due = new Map<K, Set<Subscriber>>();
  private readonly throttle: PushThrottle;

  constructor(
    private readonly options: KeyedChannelOptions<K, T>,
    private readonly buffer: ConflatingBuffer,
    private readonly errors: ErrorReporter,
  ) {
    this.throttle = new PushThrottle(() => this.refresh(), options.pushIntervalMs);
  }

  join(subscriber: Subscriber, key: K): void {
    this.subscribers.set(key, (this.subscribers.get(key) ?? new Set()).add(subscriber));
    this.markDirty(key).add(subscriber);
    this.throttle.request();
  }

  leave(subscriber: Subscriber, key: K): void {
    const subscribers = this.subscribers.get(key);
    if (!subscribers?.delete(subscriber)) return;
    this.buffer.forget(subscriber, this.options.event(key));
    if (subscribers.size) return;
    this.subscribers.delete(key);
    this.sent.delete(key);
  }

  /** Marks keys whose state may have changed. Default: all subscribed keys. O(keys). */
  markChanged(keys: Iterable<K> = this.subscribers.keys()): void {
    for (const key of keys) if (this.subscribers.has(key)) this.markDirty(key);
    if (this.due.size) this.throttle.request();
  }

  close(): void {
    this.throttle.stop();
  }

  private markDirty(key: K): Set<Subscriber> {
    const joining = this.due.get(key) ?? new Set();
    this.due.set(key, joining);
    return joining;
  }

  private async refresh(): Promise<void> {
    const due = [...this.due].filter(([key]) => this.subscribers.has(key));
    this.due = new Map();
    if (!due.length) return;
    try {
      const states = await this.options.read(due.map(([key]) => key));
      due.forEach(([key, joining], i) => this.publish(key, states[i]!, joining));
    } catch (error) {
      // The end of a rebuild is announced as a change of every user.
      if (!(error instanceof LeaderboardNotReady)) this.errors.report('a state cannot be read for its subscribers', error);
      for (const [key, joining] of due) {
        const owed = this.markDirty(key);
        joining.forEach((subscriber) => owed.add(subscriber));
      }
    }
  }

  private publish(key: K, state: T, joining: ReadonlySet<Subscriber>): void {
    const subscribers = this.subscribers.get(key);
    if (!subscribers) return; // all unsubscribed during the read
    const dedupeKey = JSON.stringify(this.options.dedupeKey?.(state) ?? state);
    const isNews = this.sent.get(key) !== dedupeKey;
    this.sent.set(key, dedupeKey);
    this.buffer.send(isNews ? subscribers : [...joining].filter((subscriber) => subscribers.has(subscriber)), { event: this.options.event(key), data: this.options.present?.(state) ?? state });
  }
}
