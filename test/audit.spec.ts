import { randomUUID } from 'node:crypto';
import { AuditLeaderboard, RebuildLeaderboard } from '@scoreboard/application';
import type { ScoreCommand } from '@scoreboard/domain';
import { RedisLeaderboard } from '@scoreboard/infrastructure/redis';
import { PostgresLedger } from '@scoreboard/infrastructure/postgres';
import { EmbeddedBoardFeed } from '@scoreboard/infrastructure/in-process';
import { createClient, RESP_TYPES, type RedisClientType } from 'redis';
import { describeWith, useDatabase } from './support';

const command = (userId: string, scoreIncrement: number): ScoreCommand => ({ commandId: randomUUID(), userId, scoreIncrement });

describeWith('TEST_REDIS_URL', 'AuditLeaderboard, between a ledger and Redis', () => {
  const { database } = useDatabase();
  const ledger = new PostgresLedger(database);
  let client: RedisClientType;
  let prefix: string;
  let leaderboard: RedisLeaderboard;
  let audit: AuditLeaderboard;
  let rebuild: RebuildLeaderboard;

  beforeAll(async () => {
    client = createClient({ url: process.env.TEST_REDIS_URL }) as unknown as RedisClientType;
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
  });

  beforeEach(async () => {
    await database.query('TRUNCATE score_event, score_total, score_rejection');
    prefix = `test-${randomUUID()}:{global}:`;
    leaderboard = new RedisLeaderboard({ client, prefix });
    rebuild = new RebuildLeaderboard(ledger, leaderboard, new EmbeddedBoardFeed());
    audit = new AuditLeaderboard(ledger, leaderboard, rebuild, Infinity);
    await ledger.apply([command('ann', 30), command('bob', 20), command('cyd', 10)]);
    await rebuild.execute();
  });

  const generation = async (): Promise<string> => `${prefix}${await client.hGet(`${prefix}meta`, 'ranking')}`;
  /** Members are bytes, not text. */
  const second = async (order: string) => (await client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).zRange(order, 1, 1))[0];
  const places = async (): Promise<string[]> => (await leaderboard.top(10)).map(({ userId, score }) => `${userId} ${score}`);

  it('finds no difference if both agree, and ignores updates not projected yet', async () => {
    await ledger.apply([command('ann', 1)]);
    await audit.look();
    expect(audit.stats).toEqual({ compared: 3, passes: 1, differences: 0, repaired: 0 });
  });

  it('compares 5,000 standings per call, 200 at once, and ends with the pass', async () => {
    await database.query(`INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'u' || i, 1, i, i FROM generate_series(1, 5397) AS i`);
    await rebuild.execute();
    const sizes: number[] = [];
    const places = leaderboard.places.bind(leaderboard);
    leaderboard.places = (userIds) => (sizes.push(userIds.length), places(userIds));
    await audit.look();
    expect(audit.stats).toMatchObject({ compared: 5_000, passes: 0 });
    expect(sizes).toEqual(Array.from({ length: 25 }, () => 200));
    await audit.look();
    expect(audit.stats).toEqual({ compared: 5_400, passes: 1, differences: 0, repaired: 0 });
    expect(sizes.slice(25)).toEqual([200, 200, 0]);
  });

  it('compares one page per call while the servers take longer than it may work', async () => {
    await database.query(`INSERT INTO score_total (leaderboard_id, user_id, score, reached_at, version) SELECT 1, 'u' || i, 1, i, i FROM generate_series(1, 597) AS i`);
    await rebuild.execute();
    const busy = new AuditLeaderboard(ledger, leaderboard, rebuild, 0);
    for (const compared of [200, 400, 600]) {
      await busy.look();
      expect(busy.stats).toMatchObject({ compared, passes: 0 });
    }
  });

  it('compares nothing while the leaderboard is not ready', async () => {
    await client.del(`${prefix}meta`);
    await audit.look();
    expect(audit.stats.compared).toBe(0);
  });

  it('restores missing standings', async () => {
    const live = await generation();
    await client.hDel(`${live}:0:standings`, 'bob');
    await audit.look();
    expect(audit.stats).toMatchObject({ differences: 1, repaired: 1 });
    expect(await places()).toEqual(['ann 30', 'bob 20', 'cyd 10']);
    await audit.look();
    expect(audit.stats.differences).toBe(0);
  });

  it.each([
    ['a rank is missing', async (live: string) => client.zRemRangeByRank(`${live}:order`, 1, 1)],
    ['a standing has a wrong score', async (live: string) => client.zIncrBy(`${live}:order`, -5, (await second(`${live}:order`))!)],
    ['a standing is newer than the ledger', async (live: string) => client.hSet(`${live}:0:standings`, 'bob', '9000000000000000')],
    ['a standing has lost its rank', async (live: string) => {
      const sequence = await client.hGet(`${live}:0:standings`, 'bob');
      return client.hSet(`${live}:0:standings`, 'bob', `${sequence}:${sequence}:20`);
    }],
  ])('rebuilds the leaderboard if %s, with a newer board', async (_what, harm) => {
    const before = await leaderboard.board();
    await harm(await generation());
    await audit.look();
    expect(audit.stats).toMatchObject({ differences: 1, repaired: 1 });
    expect(await places()).toEqual(['ann 30', 'bob 20', 'cyd 10']);
    expect((await leaderboard.board()).revision).toBeGreaterThanOrEqual(before.revision);
    await audit.look();
    expect(audit.stats.differences).toBe(0);
  });
});
