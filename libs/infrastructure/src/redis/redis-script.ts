import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisClientType } from 'redis';
import { noted } from './redis-writes';

/** A Lua script put together from `.lua` files of this folder, in the order given: functions first, the body last. */
export class RedisScript {
  private readonly source: string;
  private readonly sha1: string;

  constructor(...files: readonly string[]) {
    this.source = files.map((file) => readFileSync(join(__dirname, 'lua', `${file}.lua`), 'utf8')).join('\n');
    this.sha1 = createHash('sha1').update(this.source).digest('hex');
  }

  /** Sends the hash alone; the source once to a server that does not know it. */
  run(client: RedisClientType, keys: string[], args: string[]): Promise<unknown> {
    const options = { keys, arguments: args };
    return noted(client, client.evalSha(this.sha1, options).catch(whereUnknown(() => client.eval(this.source, options))));
  }

  /** The same for one that only reads: a user may run it who may not write. */
  read(client: RedisClientType, keys: string[], args: string[]): Promise<unknown> {
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
