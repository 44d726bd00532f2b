import { type FaultLog, Pacer, type Viewer } from '@scoreboard/application';
import type { Outbox } from './outbox';

export interface KeyedChannelOptions<K, T> {
  /** The name under which a key's state is sent. */
  readonly event: (key: K) => string;
  /** Reads the states of these keys, in their order. */
  readonly read: (keys: readonly K[]) => Promise<readonly T[]>;
  /** What of a state makes it news; the whole state where not given. */
  readonly essence?: (state: T) => unknown;
  readonly pushIntervalMs: number;
}

/**
 * States that are read from the leaderboard, one for each key that somebody watches: a user's place, the first n.
 *
 * Keys are read together, at most once in `pushIntervalMs`, the first at once, and sent where they are news. A read that
 * fails is reported; those keys are read again with the next ones that are touched.
 */
export class KeyedChannel<K, T> {
  private readonly viewers = new Map<K, Set<Viewer>>();
  /** What the viewers of a key were last sent, to tell news from none. */
  private readonly sent = new Map<K, string>();
  /** What to read next, with the viewers that get it news or not: they have just joined. */
  private due = new Map<K, Set<Viewer>>();
  private readonly pacer: Pacer;

  constructor(
    private readonly options: KeyedChannelOptions<K, T>,
    private readonly outbox: Outbox,
    private readonly faults: FaultLog,
  ) {
    this.pacer = new Pacer(() => this.refresh(), options.pushIntervalMs);
  }

  join(viewer: Viewer, key: K): void {
    this.viewers.set(key, (this.viewers.get(key) ?? new Set()).add(viewer));
    this.owe(key).add(viewer);
    this.pacer.request();
  }

  leave(viewer: Viewer, key: K): void {
    const viewers = this.viewers.get(key);
    if (!viewers?.delete(viewer)) return;
    this.outbox.forget(viewer, this.options.event(key));
    if (viewers.size) return;
    this.viewers.delete(key);
    this.sent.delete(key);
  }

  /** These keys may have news; all that are watched where none are given. O(keys). */
  touch(keys: Iterable<K> = this.viewers.keys()): void {
    for (const key of keys) if (this.viewers.has(key)) this.owe(key);
    if (this.due.size) this.pacer.request();
  }

  close(): void {
    this.pacer.stop();
  }

  private owe(key: K): Set<Viewer> {
    const joining = this.due.get(key) ?? new Set();
    this.due.set(key, joining);
    return joining;
  }

  private async refresh(): Promise<void> {
    const due = [...this.due].filter(([key]) => this.viewers.has(key));
    this.due = new Map();
    if (!due.length) return;
    try {
      const states = await this.options.read(due.map(([key]) => key));
      due.forEach(([key, joining], i) => this.publish(key, states[i]!, joining));
    } catch (error) {
      this.faults.report('a state cannot be read for its viewers', error);
      for (const [key, joining] of due) {
        const owed = this.owe(key);
        joining.forEach((viewer) => owed.add(viewer));
      }
    }
  }

  private publish(key: K, state: T, joining: ReadonlySet<Viewer>): void {
    const viewers = this.viewers.get(key);
    if (!viewers) return; // all left while it was read
    const essence = JSON.stringify(this.options.essence?.(state) ?? state);
    const isNews = this.sent.get(key) !== essence;
    this.sent.set(key, essence);
    this.outbox.send(isNews ? viewers : [...joining].filter((viewer) => viewers.has(viewer)), { event: this.options.event(key), data: state });
  }
}
