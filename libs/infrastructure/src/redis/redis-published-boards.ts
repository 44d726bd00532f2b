import { PublishedBoards } from '@scoreboard/application';
import type { BoardCatalog } from '@scoreboard/domain';
import type { RedisClientType } from 'redis';
import { z } from 'zod';

const time = z.number();
const catalog = z.object({
  boards: z.array(
    z.object({
      definition: z.looseObject({ id: z.string(), timezone: z.string(), keep: z.number() }),
      periods: z.array(z.object({ board: z.string(), key: z.int(), id: z.string(), start: time, end: time.optional(), closedAt: time.optional(), countsFrom: time.optional() })),
    }),
  ),
  expired: z.array(z.int()),
});

/** The boards as JSON in one key. */
export class RedisPublishedBoards extends PublishedBoards {
  private readonly client: RedisClientType;
  private readonly key: string;

  constructor({ client, prefix = 'scoreboard:{global}:' }: { readonly client: RedisClientType; readonly prefix?: string }) {
    super();
    this.client = client;
    this.key = `${prefix}boards`;
  }

  async publish(boards: BoardCatalog): Promise<void> {
    await this.client.set(this.key, JSON.stringify(boards));
  }

  /** Rejects if the key holds something else. */
  async read(): Promise<BoardCatalog | undefined> {
    const text = await this.client.get(this.key);
    return text === null ? undefined : (catalog.parse(JSON.parse(text)) as BoardCatalog);
  }
}
