import { ActionCounts, type CountedCommand } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';
import { atMost } from './at-most';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Limits of a `MemoryActionCounts`. */
export interface MemoryActionCountsOptions {
  /** Maximum number of remembered commands; the oldest is forgotten first. Default: 100,000, about 20 MB. */
  readonly max?: number;
  readonly now?: () => number;
}

/** Counts in this process, exactly: stores the times of each user's commands in the last minute. */
export class MemoryActionCounts extends ActionCounts {
  private readonly taken: LRUCache<string, true>;
  private readonly times: LRUCache<string, number[]>;
  private readonly now: () => number;

  constructor({ max = 100_000, now = Date.now }: MemoryActionCountsOptions = {}) {
    super();
    // `ttlResolution: 0` makes both caches use our clock.
    const clock = { now };
    this.taken = new LRUCache({ ...atMost(max), ttl: DAY_MS, ttlResolution: 0, perf: clock });
    this.times = new LRUCache({ ...atMost(max), ttl: MINUTE_MS, ttlResolution: 0, perf: clock });
    this.now = now;
  }

  async take(command: CountedCommand, perMinute: number): Promise<number> {
    if (this.knows(command)) return 0;
    const recent = this.recent(command);
    if (recent.length < perMinute) {
      this.note(command);
      return 0;
    }
    return Math.ceil((recent.at(-perMinute)! + MINUTE_MS - this.now()) / 1_000);
  }

  /** Whether this command has been counted. */
  knows({ commandId }: CountedCommand): boolean {
    return this.taken.has(commandId);
  }

  /** Counts the command, regardless of the limit. */
  note(command: CountedCommand): void {
    this.taken.set(command.commandId, true);
    this.times.set(keyOf(command), [...this.recent(command), this.now()]);
  }

  private recent(command: CountedCommand): readonly number[] {
    const since = this.now() - MINUTE_MS;
    return (this.times.get(keyOf(command)) ?? []).filter((at) => at > since);
  }
}

/** Neither part contains a space. */
const keyOf = ({ userId, action }: CountedCommand): string => `${userId} ${action}`;
