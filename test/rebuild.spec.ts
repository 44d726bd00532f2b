import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { RebuildLeaderboard } from '@scoreboard/application';
import { MAX_TOP, ScoreboardEvents, type ScoreLedger } from '@scoreboard/domain';
import { EmbeddedBoardFeed } from '@scoreboard/infrastructure/in-process';
import { PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { closeRedis, connectRedis, RedisLeaderboard } from '@scoreboard/infrastructure/redis';
import type { RedisClientType } from 'redis';
import { connected, describeWith, eventually, useDatabase } from './support';

const PAGE = 100;
const PAGES = 40;

describeWith('TEST_REDIS_URL', 'RebuildLeaderboard, from a ledger into Redis', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  const prefix = `test:${randomUUID()}:{global}:`;
  let clients: RedisClientType[];
  let pages: number;
  let onPage: (page: number) => unknown;

  const counting: ScoreLedger = Object.assign(Object.create(ledger) as ScoreLedger, {
    standings: async (after: string | undefined, limit: number) => (await onPage(++pages), ledger.standings(after, limit)),
  });
  const leaderboardOf = (client: RedisClientType) => new RedisLeaderboard({ client, prefix, leaseMs: 1_000 });
  const rebuildOf = (client: RedisClientType) => new RebuildLeaderboard(counting, leaderboardOf(client), new EmbeddedBoardFeed(), new ScoreboardEvents(), PAGE);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    clients = ['first', 'second'].map((name) => connectRedis(process.env.TEST_REDIS_URL!, { name: `rebuild-spec-${name}` }));
    await Promise.all(clients.map((client) => connected(client)));
    await database.query(
      `INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version)
       SELECT 1, 'u' || lpad(i::text, 6, '0'), 1 + i * 7919 % 50000, i, i FROM generate_series(1, $1::integer) AS i`,
      [PAGES * PAGE],
    );
  });
  afterAll(async () => {
    for await (const keys of clients[1]!.scanIterator({ MATCH: `${prefix}*` })) if (keys.length) await clients[1]!.unlink(keys);
    await Promise.all(clients.map(closeRedis));
  });

  it('is continued by another process after the connection was cut at page 20, with what was put meanwhile', async () => {
    const [first, second] = clients as [RedisClientType, RedisClientType];
    pages = 0;
    const id = await first.clientId();
    onPage = (page) => page === 21 && second.sendCommand(['CLIENT', 'KILL', 'ID', String(id)]);
    await expect(rebuildOf(first).execute()).rejects.toThrow();
    const board = await leaderboardOf(second).board();
    expect(board.entries).toEqual(await ledger.top(10));

    for (const user of ['u000007', 'u003999', 'a-new-one']) {
      const { standings, range } = await ledger.apply([{ commandId: randomUUID(), userId: user, scoreIncrement: 60_000 }]);
      await leaderboardOf(second).put(standings, range);
    }
    pages = 0;
    onPage = () => undefined;
    await eventually(async () => expect(await rebuildOf(second).execute()).toBeDefined());
    // The page at which the connection was cut may have been written, but not confirmed.
    expect([21, 22]).toContain(pages);
    expect(await leaderboardOf(second).top(MAX_TOP)).toEqual(await ledger.top(MAX_TOP));
    const { ledgerId, lastSeq } = await ledger.head();
    expect(await leaderboardOf(second).position()).toEqual({ ledgerId, watermark: lastSeq });
    const all = await ledger.standings(undefined, PAGES * PAGE + 1);
    expect((await leaderboardOf(second).places(all.map(({ userId }) => userId))).map((place) => place?.version)).toEqual(all.map(({ version }) => version));
  });
});
