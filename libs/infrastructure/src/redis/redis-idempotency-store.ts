import { Logger } from '@nestjs/common';
import { IdempotencyStore } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryIdempotencyStore } from '@scoreboard/infrastructure/in-process';
import { type Claimed, KeyClaims } from './key-claims';

const SURELY_FIRST = 1;

/** Where a `RedisIdempotencyStore` remembers. */
export interface RedisIdempotencyStoreOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 300. */
  readonly answerMs?: number;
  /** Claims known to this process, used while Redis is unavailable. */
  readonly local?: MemoryIdempotencyStore;
}

/**
 * Remembers commands in Redis for 24 hours, across all processes, about 220 bytes each. The claims of one turn of the event loop are one call.
 * While Redis is unavailable, the memory of this process answers: `unsure` for commands it has not seen. For 24 hours after Redis lost its data,
 * new commands are `unsure` too.
 */
export class RedisIdempotencyStore extends IdempotencyStore {
  private readonly logger = new Logger('RedisIdempotencyStore');
  private readonly claims: KeyClaims;
  private readonly local: MemoryIdempotencyStore;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 300, local = new MemoryIdempotencyStore() }: RedisIdempotencyStoreOptions) {
    super();
    this.claims = new KeyClaims(client, prefix, answerMs);
    this.local = local;
  }

  async claim(commandId: string, fingerprint: string): Promise<'first' | 'same' | 'other' | 'unsure'> {
    try {
      const stood = await this.claimInRedis(commandId, fingerprint);
      this.isAway = false;
      if (typeof stood === 'number') return stood === SURELY_FIRST ? 'first' : 'unsure';
      return stood === fingerprint ? 'same' : 'other';
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Redis cannot check idempotency keys; this process checks on its own: ${String(error)}`);
      this.isAway = true;
      return this.local.claim(commandId, fingerprint);
    }
  }

  /** From Redis or, if claimed while Redis was unavailable, from this process. */
  private async claimInRedis(commandId: string, fingerprint: string): Promise<Claimed> {
    const known = this.local.recall(commandId);
    const reply = await this.claims.claim(`key:${commandId}`, known ?? fingerprint);
    const stood = typeof reply === 'number' && known !== undefined ? known : reply;
    this.local.note(commandId, typeof stood === 'string' ? stood : fingerprint);
    return stood;
  }
}
