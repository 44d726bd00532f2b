import { IdempotencyStore } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface MemoryIdempotencyStoreOptions {
  /** How many commands are remembered; the least recently used one is forgotten first. Default 100,000, some 30 MB. */
  readonly max?: number;
}

/** Remembers commands in this process for 24 hours; what it does not know it is `unsure` of. */
export class MemoryIdempotencyStore extends IdempotencyStore {
  private readonly fingerprints: LRUCache<string, string>;

  constructor({ max = 100_000 }: MemoryIdempotencyStoreOptions = {}) {
    super();
    this.fingerprints = new LRUCache({ max, ttl: DAY_MS });
  }

  async claim(commandId: string, fingerprint: string): Promise<'same' | 'other' | 'unsure'> {
    const held = this.recall(commandId);
    if (held !== undefined) return held === fingerprint ? 'same' : 'other';
    this.note(commandId, fingerprint);
    return 'unsure';
  }

  /** All that are remembered: ids with their fingerprints. O(all of them). */
  all(): (readonly [commandId: string, fingerprint: string])[] {
    return [...this.fingerprints.entries()];
  }

  /** The fingerprint of the content that first used this id, where it is known. */
  recall(commandId: string): string | undefined {
    return this.fingerprints.get(commandId);
  }

  /** Takes this fingerprint for the first one from now on. */
  note(commandId: string, fingerprint: string): void {
    this.fingerprints.set(commandId, fingerprint);
  }
}
