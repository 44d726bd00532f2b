import { PersonalData } from '@scoreboard/application';
import type { RedisClientType } from 'redis';

const PAGE = 1_000;

/**
 * A user's id in the fingerprints ("increment userId") of the commands of the last day. One that is renamed tells what is sent again as
 * another body, and the ledger is asked. The order of scores is not touched: a rebuild makes a new one.
 */
export class RedisPersonalData extends PersonalData {
  private readonly client: RedisClientType;
  private readonly prefix: string;

  constructor({ client, prefix = 'scoreboard:{global}:' }: { readonly client: RedisClientType; readonly prefix?: string }) {
    super();
    this.client = client;
    this.prefix = prefix;
  }

  async count(userId: string): Promise<number> {
    const found = new Set<string>(); // a scan may show a key twice
    for await (const page of this.pages(userId)) for (const [key] of page) found.add(key);
    return found.size;
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    let renamed = 0;
    for await (const page of this.pages(userId)) {
      // XX: one that expires at this moment stays away.
      await Promise.all(page.map(([key, text]) => this.client.set(key, `${text.split(' ')[0]} ${pseudonym}`, { condition: 'XX', expiration: 'KEEPTTL' })));
      renamed += page.length;
    }
    return renamed;
  }

  /** O(all commands of the last day that had a key), in pages; others are served meanwhile. */
  private async *pages(userId: string): AsyncGenerator<(readonly [key: string, fingerprint: string])[]> {
    for await (const keys of this.client.scanIterator({ MATCH: `${this.prefix}key:*`, COUNT: PAGE })) {
      const fingerprints = keys.length ? await this.client.mGet(keys) : [];
      yield keys.flatMap((key, i) => (fingerprints[i]?.endsWith(` ${userId}`) ? [[key, fingerprints[i]!] as const] : []));
    }
  }
}
