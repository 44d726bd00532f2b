import { Logger } from '@nestjs/common';
import { DecidedIncrements } from '@scoreboard/application';
import { MemoryDecidedIncrements } from '@scoreboard/infrastructure/in-process';
import type { RedisClientType } from 'redis';
import { noted } from './redis-writes';
import { within } from './within';

const DAY_SECONDS = 24 * 60 * 60;
/** Where a `RedisDecidedIncrements` remembers. */
export interface RedisDecidedIncrementsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 300. */
  readonly answerMs?: number;
}

/** Remembers the increments in Redis, across all processes, about 150 bytes each. While Redis is unavailable, this process remembers on its own. */
export class RedisDecidedIncrements extends DecidedIncrements {
  private readonly logger = new Logger('RedisDecidedIncrements');
  private readonly local = new MemoryDecidedIncrements();
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 300 }: RedisDecidedIncrementsOptions) {
    super();
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
  }

  async decide(commandId: string, increment: number): Promise<number> {
    // If it was decided while Redis was unavailable, Redis gets it now.
    const wanted = this.local.recall(commandId) ?? increment;
    const options = { condition: 'NX', GET: true, expiration: { type: 'EX', value: DAY_SECONDS } } as const;
    const stored = await this.ask(() => noted(this.client, this.client.set(this.keyOf(commandId), String(wanted), options)));
    const decided = stored ? Number(stored) : wanted;
    this.local.note(commandId, decided);
    return decided;
  }

  async find(commandId: string): Promise<number | undefined> {
    const stored = await this.ask(() => this.client.get(this.keyOf(commandId)));
    return stored ? Number(stored) : this.local.recall(commandId);
  }

  /** Below the keys of the idempotency store, which the api may read and write. */
  private keyOf(commandId: string): string {
    return `${this.prefix}key:${commandId}:increment`;
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await within(this.answerMs, question());
      this.isAway = false;
      return answer;
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Redis cannot remember what rules decided; this process remembers on its own: ${String(error)}`);
      this.isAway = true;
      return undefined;
    }
  }
}
