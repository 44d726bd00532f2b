import { PersonalData } from '@scoreboard/application';
import type { RedisClientType } from 'redis';

const PAGE = 1_000;

/**
 * User ids in the fingerprints ("increment userId") of the commands of the last 24 hours. After a rename, a repeated request looks
 * like another body, so the ledger is asked. The leaderboard is not changed here, but by `Leaderboard.replace`.
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
    const found = new Set<string>(); // a scan may return a key twice
    for await (const page of this.pages(userId)) for (const [key] of page) found.add(key);
    return found.size;
  }

  async rename(userId: string, pseudonym: string): Promise<number> {
    let renamed = 0;
    for await (const page of this.pages(userId)) {
      // XX: a key that has just expired is not created again.
      await Promise.all(page.map(([key, text]) => this.client.set(key, `${text.split(' ')[0]} ${pseudonym}`, { condition: 'XX', expiration: 'KEEPTTL' })));
      renamed += page.length;
    }
    return renamed;
  }

  /** O(all commands with a key in the last 24 hours), in pages, so other clients are served in between. */
  private async *pages(userId: string): AsyncGenerator<(readonly [key: string, fingerprint: string])[]> {
    for await (const keys of this.client.scanIterator({ MATCH: `${this.prefix}key:*`, COUNT: PAGE })) {
      const fingerprints = keys.length ? await this.client.mGet(keys) : [];
      yield keys.flatMap((key, i) => (fingerprints[i]?.endsWith(` ${userId}`) ? [[key, fingerprints[i]!] as const] : []));
    }
  }
}
