import { PersonalData } from '@scoreboard/application';
import type { MemoryIdempotencyStore } from './memory-idempotency-store';

/** User ids in the fingerprints ("increment userId") of the commands that this process remembers. */
export class MemoryPersonalData extends PersonalData {
  constructor(private readonly keys: MemoryIdempotencyStore) {
    super();
  }

  async count(userId: string): Promise<number> {
    return this.found(userId).length;
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    const found = this.found(userId);
    for (const [commandId, fingerprint] of found) this.keys.note(commandId, `${fingerprint.split(' ')[0]} ${pseudonym}`);
    return found.length;
  }

  private found(userId: string): (readonly [string, string])[] {
    return this.keys.all().filter(([, fingerprint]) => fingerprint.endsWith(` ${userId}`));
  }
}
