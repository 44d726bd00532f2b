import { IdempotencyStore } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';
import { atMost } from './at-most';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Limits of a `MemoryIdempotencyStore`. */
export interface MemoryIdempotencyStoreOptions {
  /** Maximum number of remembered commands; the least recently used is forgotten first. Default: 100,000, about 30 MB. */
  readonly max?: number;
}

/** Remembers commands in this process for 24 hours; the answer for unknown ones is `unsure`. */
export class MemoryIdempotencyStore extends IdempotencyStore {
  private readonly fingerprints: LRUCache<string, string>;

  constructor({ max = 100_000 }: MemoryIdempotencyStoreOptions = {}) {
    super();
    this.fingerprints = new LRUCache({ ...atMost(max), ttl: DAY_MS });
  }

  async claim(commandId: string, fingerprint: string): Promise<'same' | 'other' | 'unsure'> {
    const held = this.recall(commandId);
    if (held !== undefined) return held === fingerprint ? 'same' : 'other';
    this.note(commandId, fingerprint);
    return 'unsure';
  }

  /** All remembered command ids with their fingerprints. O(n). */
  all(): (readonly [commandId: string, fingerprint: string])[] {
    return [...this.fingerprints.entries()];
  }

  /** The fingerprint of the content that first used this id; undefined if unknown. */
  recall(commandId: string): string | undefined {
    return this.fingerprints.get(commandId);
  }

  /** Stores this fingerprint as the first one. */
  note(commandId: string, fingerprint: string): void {
    this.fingerprints.set(commandId, fingerprint);
  }
}
