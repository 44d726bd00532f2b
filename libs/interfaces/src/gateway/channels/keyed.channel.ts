import { type ErrorReporter, Throttle, type Subscriber } from '@scoreboard/application';
import type { ConflatingBuffer } from './conflating-buffer';

export interface KeyedChannelOptions<K, T> {
  /** The name under which a key's state is sent. */
  readonly event: (key: K) => string;
  /** Reads the states of these keys, in their order. */
  readonly read: (keys: readonly K[]) => Promise<readonly T[]>;
  /** What of a state makes it news; the whole state where not given. */
  readonly dedupeKey?: (state: T) => unknown;
  readonly pushIntervalMs: number;
}

/**
 * States that are read from the leaderboard, one for each key that somebody watches: a user's place, the first n.
 *
 * Keys are read together, at most once in `pushIntervalMs`, the first at once, and sent where they are news. A read that
 * fails is reported; those keys are read again with the next ones that are touched.
 */
export class KeyedChannel<K, T> {
  private readonly subscribers = new Map<K, Set<Subscriber>>();
  /** What the subscribers of a key were last sent, to tell news from none. */
  private readonly sent = new Map<K, string>();
  /** What to read next, with the subscribers that get it news or not: they have just joined. */
  private due = new Map<K, Set<Subscriber>>();
  private readonly throttle: Throttle;

  constructor(
    private readonly options: KeyedChannelOptions<K, T>,
    private readonly buffer: ConflatingBuffer,
    private readonly faults: ErrorReporter,
  ) {
    this.throttle = new Throttle(() => this.refresh(), options.pushIntervalMs);
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

  /** These keys may have news; all that are watched where none are given. O(keys). */
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
      this.faults.report('a state cannot be read for its subscribers', error);
      for (const [key, joining] of due) {
        const owed = this.markDirty(key);
        joining.forEach((subscriber) => owed.add(subscriber));
      }
    }
  }

  private publish(key: K, state: T, joining: ReadonlySet<Subscriber>): void {
    const subscribers = this.subscribers.get(key);
    if (!subscribers) return; // all left while it was read
    const dedupeKey = JSON.stringify(this.options.dedupeKey?.(state) ?? state);
    const isNews = this.sent.get(key) !== dedupeKey;
    this.sent.set(key, dedupeKey);
    this.buffer.send(isNews ? subscribers : [...joining].filter((subscriber) => subscribers.has(subscriber)), { event: this.options.event(key), data: state });
  }
}
