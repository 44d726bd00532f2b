import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ActionCounts, type CountedCommand } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryActionCounts } from '@scoreboard/infrastructure/in-process';
import { RedisScript } from './redis-script';
import { within } from './within';

const script = new RedisScript('count-action');

/** Where a `RedisActionCounts` counts. */
export interface RedisActionCountsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 300. */
  readonly answerMs?: number;
  /** Counts of this process alone, used while Redis is unavailable. */
  readonly local?: MemoryActionCounts;
  /** Added to Redis' clock, for tests. */
  readonly aheadMs?: () => number;
}

/**
 * Counts in Redis, across all processes, by Redis' clock. One round trip per command; about 100 bytes per command for a day.
 * While Redis is unavailable, this process counts on its own, including the commands it counted before.
 */
export class RedisActionCounts extends ActionCounts {
  private readonly logger = new Logger('RedisActionCounts');
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;
  private readonly local: MemoryActionCounts;
  private readonly aheadMs: () => number;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 300, local = new MemoryActionCounts(), aheadMs = () => 0 }: RedisActionCountsOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
    this.local = local;
    this.aheadMs = aheadMs;
  }

  async take(command: CountedCommand, perMinute: number): Promise<number> {
    // Includes commands that were counted while Redis was unavailable.
    if (this.local.knows(command)) return 0;
    try {
      const wait = await this.takeInRedis(command, perMinute);
      this.isAway = false;
      return wait;
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Redis cannot count actions; this process counts on its own: ${String(error)}`);
      this.isAway = true;
      return this.local.take(command, perMinute);
    }
  }

  private async takeInRedis(command: CountedCommand, perMinute: number): Promise<number> {
    const key = `${this.prefix}action:${hashOf(command)}`;
    const waitMs = Number(await within(this.answerMs, script.run(this.client, [key], [command.commandId, String(perMinute), String(this.aheadMs())])));
    if (waitMs === 0) this.local.note(command);
    return Math.ceil(waitMs / 1_000);
  }
}

/** Hashed, so that no key name contains the id of a forgotten user. Neither part contains a space. */
const hashOf = ({ userId, action }: CountedCommand): string => createHash('sha256').update(`${userId} ${action}`).digest('base64url');
