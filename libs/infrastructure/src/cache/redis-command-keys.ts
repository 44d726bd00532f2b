import { Logger } from '@nestjs/common';
import { CommandKeys } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryCommandKeys } from './memory-command-keys';
import { within } from './within';

const DAY_SECONDS = 24 * 60 * 60;
const ANSWER_MS = 300;

export interface RedisCommandKeysOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Before every key. Default `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** What this process remembers by itself for the time while Redis is away. */
  readonly local?: MemoryCommandKeys;
}

/**
 * Remembers commands in Redis for 24 hours, over all processes, at some 150 bytes each. While Redis is away, this
 * process's own memory answers, `unsure` of what it has not seen itself.
 */
export class RedisCommandKeys extends CommandKeys {
  private readonly logger = new Logger('RedisCommandKeys');
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly local: MemoryCommandKeys;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', local = new MemoryCommandKeys() }: RedisCommandKeysOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.local = local;
  }

  async claim(commandId: string, fingerprint: string): Promise<'first' | 'same' | 'other' | 'unsure'> {
    try {
      const first = await this.firstFingerprint(commandId, fingerprint);
      this.isAway = false;
      if (first === undefined) return 'first';
      return first === fingerprint ? 'same' : 'other';
    } catch (error) {
      if (!this.isAway) this.logger.warn(`keys are told apart by this process alone: ${String(error)}`);
      this.isAway = true;
      return this.local.claim(commandId, fingerprint);
    }
  }

  /** The fingerprint that stood first, in Redis or, from a time without it, here; undefined where this one is the first. */
  private async firstFingerprint(commandId: string, fingerprint: string): Promise<string | undefined> {
    const known = this.local.recall(commandId);
    const set = this.client.set(`${this.prefix}key:${commandId}`, known ?? fingerprint, {
      condition: 'NX',
      GET: true,
      expiration: { type: 'EX', value: DAY_SECONDS },
    });
    const first = (await within(ANSWER_MS, set)) ?? known;
    this.local.note(commandId, first ?? fingerprint);
    return first;
  }
}
