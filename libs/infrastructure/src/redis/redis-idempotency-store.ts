import { Logger } from '@nestjs/common';
import { IdempotencyStore } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryIdempotencyStore } from '@scoreboard/infrastructure/in-process';
import { RedisScript } from './redis-script';
import { within } from './within';

const DAY_SECONDS = 24 * 60 * 60;
const ANSWER_MS = 300;

const script = new RedisScript('claim-key');
const SURELY_FIRST = 1;

export interface RedisIdempotencyStoreOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Claims known to this process, used while Redis is unavailable. */
  readonly local?: MemoryIdempotencyStore;
}

/**
 * Remembers commands in Redis for 24 hours, across all processes, about 200 bytes each. While Redis is unavailable, the memory of
 * this process answers: `unsure` for commands it has not seen. For 24 hours after Redis lost its data, new commands are `unsure` too.
 */
export class RedisIdempotencyStore extends IdempotencyStore {
  private readonly logger = new Logger('RedisIdempotencyStore');
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly local: MemoryIdempotencyStore;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', local = new MemoryIdempotencyStore() }: RedisIdempotencyStoreOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
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

  /** The first fingerprint, from Redis or, if claimed while Redis was unavailable, from this process. A number if this is the first claim. */
  private async claimInRedis(commandId: string, fingerprint: string): Promise<string | number> {
    const known = this.local.recall(commandId);
    const keys = ['meta', `key:${commandId}`, 'forgotten'].map((name) => this.prefix + name);
    const reply = (await within(ANSWER_MS, script.run(this.client, keys, [known ?? fingerprint, String(DAY_SECONDS)]))) as string | number;
    const stood = typeof reply === 'number' && known !== undefined ? known : reply;
    this.local.note(commandId, typeof stood === 'string' ? stood : fingerprint);
    return stood;
  }
}
