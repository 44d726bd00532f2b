import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ActionCounts, type CountedCommand } from '@scoreboard/application';
import type { RedisClientType } from 'redis';
import { MemoryActionCounts } from '@scoreboard/infrastructure/in-process';
import { RedisScript } from './redis-script';
import { within } from './within';

const ANSWER_MS = 300;

const script = new RedisScript('count-action');

export interface RedisActionCountsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Before every key. Default `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** What this process counts by itself for the time while Redis is away. */
  readonly local?: MemoryActionCounts;
  /** Added to the clock of Redis, for tests. */
  readonly aheadMs?: () => number;
}

/**
 * Counts in Redis, over all processes and by its clock; one trip a command, some 100 bytes each for a day. While Redis is away
 * this process counts for itself, from what it has seen itself.
 */
export class RedisActionCounts extends ActionCounts {
  private readonly logger = new Logger('RedisActionCounts');
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly local: MemoryActionCounts;
  private readonly aheadMs: () => number;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', local = new MemoryActionCounts(), aheadMs = () => 0 }: RedisActionCountsOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.local = local;
    this.aheadMs = aheadMs;
  }

  async take(command: CountedCommand, perMinute: number): Promise<number> {
    // Also what was taken while Redis was away, and is not in it.
    if (this.local.knows(command)) return 0;
    try {
      const wait = await this.takeInRedis(command, perMinute);
      this.isAway = false;
      return wait;
    } catch (error) {
      if (!this.isAway) this.logger.warn(`actions are counted by this process alone: ${String(error)}`);
      this.isAway = true;
      return this.local.take(command, perMinute);
    }
  }

  private async takeInRedis(command: CountedCommand, perMinute: number): Promise<number> {
    const key = `${this.prefix}action:${hashOf(command)}`;
    const waitMs = Number(await within(ANSWER_MS, script.run(this.client, [key], [command.commandId, String(perMinute), String(this.aheadMs())])));
    if (waitMs === 0) this.local.note(command);
    return Math.ceil(waitMs / 1_000);
  }
}

/** So that who is forgotten does not stand in the name of a key for another day. Neither part may hold a space. */
const hashOf = ({ userId, action }: CountedCommand): string => createHash('sha256').update(`${userId} ${action}`).digest('base64url');
