import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisClientType } from 'redis';
import { noted } from './redis-writes';

/** What reads with a script; its type mapping decides the types of the reply. */
export type Reader = Pick<RedisClientType, 'evalShaRo' | 'evalRo'>;

/** A Lua script, concatenated from `.lua` files in the given order: functions first, the body last. */
export class RedisScript {
  private readonly source: string;
  private readonly sha1: string;

  constructor(...files: readonly string[]) {
    this.source = files.map((file) => readFileSync(join(__dirname, 'lua', `${file}.lua`), 'utf8')).join('\n');
    this.sha1 = createHash('sha1').update(this.source).digest('hex');
  }

  /** Sends only the hash; sends the source if the server does not know the hash. */
  run(client: RedisClientType, keys: string[], args: (string | Buffer)[]): Promise<unknown> {
    const options = { keys, arguments: args };
    return noted(client, client.evalSha(this.sha1, options).catch(whereUnknown(() => client.eval(this.source, options))));
  }

  /** Like `run`, for a read-only script: also allowed for a Redis user without write permission. */
  read(client: Reader, keys: string[], args: (string | Buffer)[]): Promise<unknown> {
    const options = { keys, arguments: args };
    return client.evalShaRo(this.sha1, options).catch(whereUnknown(() => client.evalRo(this.source, options)));
  }
}

const whereUnknown =
  (sendSource: () => Promise<unknown>) =>
  (error: Error): Promise<unknown> => {
    if (!error.message.startsWith('NOSCRIPT')) throw error;
    return sendSource();
  };
