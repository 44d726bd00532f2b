import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LeaderboardNotReady, type Standing } from '@scoreboard/domain';
import { makeReady, standing } from '@scoreboard/domain/leaderboard-samples.contract';
import type { RedisClientType } from 'redis';
import { connected, describeWith } from '../../../../test/support';
import { closeRedis, connectRedis } from './redis-client';
import { RedisLeaderboard } from './redis-leaderboard';

const HOUR_MS = 3_600_000;
const lua = (name: string) => readFileSync(join(__dirname, '../../../../test/support/redis-0.2.0', `${name}.lua`), 'utf8');

/** A process of version 0.2.0, with that version's scripts. */
class Released {
  constructor(
    private readonly client: RedisClientType,
    private readonly prefix: string,
  ) {}

  put = (standings: readonly Standing[], from: number, to: number) => this.run('put', [`${from}`, `${to}`, '60000', ...encode(standings)]);
  position = () => this.run('position');
  top = async () => {
    const reply = (await this.run('top', ['10'])) as [number, string[]] | null;
    return reply && reply[1].filter((_, i) => i % 2 === 0).map((member) => member.slice(16));
  };
  rebuild = async (standings: readonly Standing[], upTo: number) => {
    const generation = randomUUID();
    expect(await this.run('begin-rebuild', [generation, 'ledger-1', '10000'])).toBe(1);
    await this.run('fill-rebuild', [generation, '10000', ...encode(standings)]);
    return this.run('finish-rebuild', [generation, `${upTo}`]);
  };

  private run(script: string, args: string[] = []): Promise<unknown> {
    const keys = [`${this.prefix}meta`, `${this.prefix}board`];
    return this.client.eval([lua('generation'), lua('board'), lua(script)].join('\n'), { keys, arguments: [this.prefix, ...args] }) as Promise<unknown>;
  }
}

const encode = (standings: readonly Standing[]): string[] =>
  standings.flatMap(({ userId, score, reachedAt, version }) => [userId, `${score}:${String(reachedAt).padStart(16, '0')}:${version}:0`]);

describeWith('TEST_REDIS_URL', 'RedisLeaderboard beside processes of version 0.2.0', () => {
  const root = `test:${randomUUID()}`;
  let client: RedisClientType;
  let prefix: string;
  let leaderboard: RedisLeaderboard;
  let released: Released;
  const keys = async (pattern: string) => {
    const found: string[] = [];
    for await (const page of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) found.push(...page);
    return found;
  };
  const names = async () => (await leaderboard.top(10)).map(({ userId }) => userId);

  beforeAll(async () => {
    client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'upgrade-spec' });
    await connected(client);
  });
  beforeEach(() => {
    prefix = `${root}:{${randomUUID()}}:`;
    leaderboard = new RedisLeaderboard({ client, prefix });
    released = new Released(client, prefix);
  });
  afterAll(async () => {
    for (const key of await keys(`${root}*`)) await client.unlink(key);
    await closeRedis(client);
  });

  it('is not ready beside their ranking, shows their board, and keeps their ranking for them when it has its own', async () => {
    await released.rebuild([standing('ann', 5, 1), standing('bob', 4, 2)], 2);
    await client.unlink(`${prefix}forgotten`); // as a day after the start
    expect(await leaderboard.position()).toBeUndefined();
    for (const read of [leaderboard.top(10), leaderboard.places(['ann']), leaderboard.around('ann', 1)]) await expect(read).rejects.toBeInstanceOf(LeaderboardNotReady);
    expect(await leaderboard.put([standing('ann', 7, 3)], { from: 2, to: 3 })).toBeUndefined();
    const theirs = await leaderboard.board();
    expect(theirs.entries).toHaveLength(2);

    const board = await makeReady(leaderboard, [standing('ann', 5, 1), standing('bob', 4, 2), standing('cyd', 3, 3)], 3);
    expect([await names(), await released.top()]).toEqual([['ann', 'bob', 'cyd'], ['ann', 'bob']]);
    expect(board.revision).toBeGreaterThan(theirs.revision);
    expect(await client.exists([`${prefix}forgotten`])).toBe(0); // nothing is lost, so no idempotency key is in doubt
  });

  it('is not read or changed by them: they are not ready, and rebuild their own', async () => {
    await makeReady(leaderboard, [standing('ann', 5, 1)], 1);
    expect([await released.position(), await released.top()]).toEqual([null, null]);
    expect(await released.put([standing('bob', 9, 2)], 1, 2)).toBeNull();
    expect(await names()).toEqual(['ann']);
    await released.rebuild([standing('ann', 5, 1), standing('bob', 9, 2)], 2);
    expect([await names(), await released.top()]).toEqual([['ann'], ['bob', 'ann']]);
    expect(await leaderboard.position()).toEqual({ ledgerId: 'ledger-1', watermark: 1 });
  });

  it('shares the board and its revision with them, so a different board always has a higher revision', async () => {
    await released.rebuild([], 0);
    await makeReady(leaderboard, [], 0);
    const revisions: number[] = [];
    for (let seq = 1; seq <= 6; seq++) {
      const [users, range] = [[standing(`u${seq}`, seq, seq)], { from: seq - 1, to: seq }];
      const board = seq % 2 ? await leaderboard.put(users, range) : JSON.parse(String(await released.put(users, seq - 1, seq)));
      expect(await leaderboard.board()).toEqual(board);
      revisions.push(board.revision);
    }
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });

  it('deletes their ranking when they have not written for an hour, and not before', async () => {
    await released.rebuild([standing('ann', 5, 1)], 1);
    await makeReady(leaderboard, [standing('ann', 5, 1)], 1);
    const anHourAgo = async () => {
      const [, watermark] = (await client.hGet(`${prefix}meta`, 'released'))!.split(':');
      await client.hSet(`${prefix}meta`, 'released', `${Date.now() - HOUR_MS - 1_000}:${watermark}`);
    };
    await leaderboard.put([standing('ann', 6, 2)], { from: 1, to: 2 });
    await anHourAgo();
    await released.put([standing('ann', 6, 2)], 1, 2);
    await leaderboard.put([standing('ann', 7, 3)], { from: 2, to: 3 });
    expect(await released.top()).toEqual(['ann']);

    await anHourAgo();
    await leaderboard.put([standing('ann', 8, 4)], { from: 3, to: 4 });
    expect(await released.top()).toBeNull();
    expect(await keys(`${prefix}*`)).toHaveLength(6); // three of the ranking, meta, the board, and the mark of a loss from their first rebuild
    expect(await client.hKeys(`${prefix}meta`)).toEqual(expect.not.arrayContaining(['live', 'ledger', 'released']));
    expect(await names()).toEqual(['ann']);
  });

  it('deletes their ranking with each later rebuild, because it may contain a user who has been forgotten', async () => {
    await released.rebuild([standing('ann', 5, 1)], 1);
    await makeReady(leaderboard, [standing('ann', 5, 1)], 1);
    await makeReady(leaderboard, [standing('forgotten-1', 5, 1)], 1);
    expect(await released.top()).toBeNull();
    for (const key of await keys(`${prefix}*:order`)) expect((await client.zRange(key, 0, -1)).join()).not.toContain('ann');
    expect(await keys(`${prefix}*`)).toHaveLength(6);
  });

  it('deletes their ranking when a person is forgotten, and the board if there is no other', async () => {
    const [ann, pseudonym] = [standing('ann', 5, 1), standing('forgotten-1', 5, 1)];
    await released.rebuild([ann], 1);
    expect(await leaderboard.replace('ann', pseudonym)).toBeUndefined();
    expect([await released.top(), await keys(`${prefix}*`)]).toEqual([null, expect.not.arrayContaining([`${prefix}board`])]);

    await released.rebuild([ann], 1);
    await makeReady(leaderboard, [ann], 1);
    expect(await leaderboard.replace('ann', pseudonym)).toEqual(await leaderboard.board());
    expect([await released.top(), await names()]).toEqual([null, ['forgotten-1']]);
    expect((await leaderboard.board()).entries).toEqual([{ rank: 1, userId: 'forgotten-1', score: 5 }]);
  });

  it('shows the board of its first rebuild beside their ranking, is resumed after a rebuild of theirs, and leaves the board if it is dropped', async () => {
    const expire = (agoMs: number) => client.hSet(`${prefix}meta`, 'rebuildLease', String(Date.now() - agoMs));
    const [ann, bob] = [standing('ann', 5, 1), standing('bob', 9, 2)];
    await released.rebuild([ann], 1);
    const rebuild = (await leaderboard.beginRebuild('ledger-1'))!;
    expect((await rebuild.show([bob, ann], 2))?.entries.map(({ userId }) => userId)).toEqual(['bob', 'ann']);
    await rebuild.fill([ann], 2);
    await released.rebuild([ann, bob], 2);
    await released.put([standing('cyd', 3, 3)], 2, 3);
    expect((await leaderboard.put([standing('cyd', 4, 4)], { from: 3, to: 4 }))?.entries.map(({ userId }) => userId)).toEqual(['bob', 'ann', 'cyd']);
    await expire(1);
    expect((await leaderboard.beginRebuild('ledger-1'))!.resumed).toEqual({ after: 'ann', filled: 1, upTo: 2 });

    await expire(61_000);
    const shown = await leaderboard.board();
    expect(await leaderboard.put([standing('dan', 8, 5)], { from: 4, to: 5 })).toBeUndefined();
    expect(await leaderboard.board()).toEqual(shown);
    expect(await released.top()).toEqual(['bob', 'ann', 'cyd']);
  });
});
