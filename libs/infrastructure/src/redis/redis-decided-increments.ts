import { Logger } from '@nestjs/common';
import { DecidedIncrements } from '@scoreboard/application';
import { MemoryDecidedIncrements } from '@scoreboard/infrastructure/in-process';
import type { RedisClientType } from 'redis';
import { KeyClaims } from './key-claims';
import { within } from './within';

/** Where a `RedisDecidedIncrements` remembers. */
export interface RedisDecidedIncrementsOptions {
  /** Not closed here. */
  readonly client: RedisClientType;
  /** Prefix of every key. Default: `scoreboard:{global}:`. */
  readonly prefix?: string;
  /** Milliseconds that Redis has to answer. Default: 300. */
  readonly answerMs?: number;
}

/** Remembers the increments in Redis, across all processes, about 150 bytes each. The decisions of one turn of the event loop are one call. While Redis is unavailable, this process remembers on its own. */
export class RedisDecidedIncrements extends DecidedIncrements {
  private readonly logger = new Logger('RedisDecidedIncrements');
  private readonly local = new MemoryDecidedIncrements();
  private readonly claims: KeyClaims;
  private readonly client: RedisClientType;
  private readonly prefix: string;
  private readonly answerMs: number;
  private isAway = false;

  constructor({ client, prefix = 'scoreboard:{global}:', answerMs = 300 }: RedisDecidedIncrementsOptions) {
    super();
    this.claims = new KeyClaims(client, prefix, answerMs);
    this.client = client;
    this.prefix = prefix;
    this.answerMs = answerMs;
  }

  async decide(commandId: string, increment: number): Promise<number> {
    // If it was decided while Redis was unavailable, Redis gets it now.
    const wanted = this.local.recall(commandId) ?? increment;
    const stored = await this.ask(() => this.claims.claim(keyOf(commandId), String(wanted)));
    const decided = typeof stored === 'string' ? Number(stored) : wanted;
    this.local.note(commandId, decided);
    return decided;
  }

  async find(commandId: string): Promise<number | undefined> {
    const stored = await this.ask(() => within(this.answerMs, this.client.get(this.prefix + keyOf(commandId))));
    return stored ? Number(stored) : this.local.recall(commandId);
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await question();
      this.isAway = false;
      return answer;
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Redis cannot remember what rules decided; this process remembers on its own: ${String(error)}`);
      this.isAway = true;
      return undefined;
    }
  }
}

/** Below the keys of the idempotency store, which the api may read and write. */
const keyOf = (commandId: string): string => `key:${commandId}:increment`;
