import { DecidedIncrements } from '@scoreboard/application';
import { LRUCache } from 'lru-cache';
import { atMost } from './at-most';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Remembers the increments of the last 100,000 commands in this process for 24 hours, about 15 MB. */
export class MemoryDecidedIncrements extends DecidedIncrements {
  private readonly increments = new LRUCache<string, number>({ ...atMost(100_000), ttl: DAY_MS });

  async decide(commandId: string, increment: number): Promise<number> {
    const known = this.recall(commandId);
    if (known === undefined) this.note(commandId, increment);
    return known ?? increment;
  }

  async find(commandId: string): Promise<number | undefined> {
    return this.recall(commandId);
  }

  recall(commandId: string): number | undefined {
    return this.increments.get(commandId);
  }

  note(commandId: string, increment: number): void {
    this.increments.set(commandId, increment);
  }
}
