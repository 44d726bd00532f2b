import { Logger } from '@nestjs/common';
import { IdempotencyStore } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryIdempotencyStore } from '@scoreboard/infrastructure/in-process';
import { RedisScript } from './redis-script';
import { within } from './within';

const DAY_SECONDS = 24 * 60 * 60;
/** Maximum number of claims in one call, so that Redis is never blocked for long. */
const MAX_CLAIMS = 200;

const script = new RedisScript('claim-keys');
const SURELY_FIRST = 1;

/** The first fingerprint; a number if this is the first claim. */
type Stood = string | number;

interface PendingClaim {
  readonly commandId: string;
  readonly fingerprint: string;
  resolve(stood: Stood): void;
  reject(error: unknown): void;
}

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
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;
  private readonly local: MemoryIdempotencyStore;
  private isAway = false;
  private pending: PendingClaim[] = [];

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 300, local = new MemoryIdempotencyStore() }: RedisIdempotencyStoreOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
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
  private async claimInRedis(commandId: string, fingerprint: string): Promise<Stood> {
    const known = this.local.recall(commandId);
    const reply = await this.withOthers(commandId, known ?? fingerprint);
    const stood = typeof reply === 'number' && known !== undefined ? known : reply;
    this.local.note(commandId, typeof stood === 'string' ? stood : fingerprint);
    return stood;
  }

  private withOthers(commandId: string, fingerprint: string): Promise<Stood> {
    return new Promise((resolve, reject) => {
      const count = this.pending.push({ commandId, fingerprint, resolve, reject });
      if (count === 1) setImmediate(() => this.send());
      else if (count === MAX_CLAIMS) this.send();
    });
  }

  private send(): void {
    const claims = this.pending;
    if (!claims.length) return;
    this.pending = [];
    const keys = ['meta', 'forgotten', ...claims.map(({ commandId }) => `key:${commandId}`)].map((name) => this.prefix + name);
    const fingerprints = claims.map(({ fingerprint }) => fingerprint);
    within(this.answerMs, script.run(this.client, keys, [String(DAY_SECONDS), ...fingerprints])).then(
      (stood) => claims.forEach((claim, i) => claim.resolve((stood as readonly Stood[])[i]!)),
      (error: unknown) => claims.forEach((claim) => claim.reject(error)),
    );
  }
}
