import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { idempotencyStoreContract } from '@scoreboard/application/scores/idempotency-store.contract';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';
import { RedisIdempotencyStore } from './redis-idempotency-store';
import { RedisLeaderboard } from './redis-leaderboard';
import { connected } from '../../../../test/support';

/** For tests of what is counted: no answer of a busy machine is too late. */
const answerMs = 10_000;

describe('RedisIdempotencyStore', () => {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];

  const connect = async () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'keys-spec' });
    clients.push(client);
    await connected(client);
    return client;
  };
  const make = async () => new RedisIdempotencyStore({ client: await connect(), prefix, answerMs });

  /** Simulates a leaderboard: Redis has not lost its data. */
  const settle = async () => (await connect()).hSet(`${prefix}meta`, 'ranking', 'any');

  beforeAll(() => {
    Logger.overrideLogger(false);
    return settle();
  });
  afterAll(async () => {
    const client = await connect();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await Promise.all(clients.map(closeRedis));
  });

  idempotencyStoreContract(make, 'first');

  it('knows the claims of other processes for 24 hours', async () => {
    const [one, two] = [await make(), await make()];
    const commandId = randomUUID();
    expect(await one.claim(commandId, '5 ann')).toBe('first');
    expect(await two.claim(commandId, '6 ann')).toBe('other');
    expect(await two.claim(commandId, '5 ann')).toBe('same');
    expect(await clients[0]!.ttl(`${prefix}key:${commandId}`)).toBeGreaterThan(86_390);
  });

  it('claims all keys of one turn of the event loop in one call, at most 200 at a time', async () => {
    const client = await connect();
    const keys = new RedisIdempotencyStore({ client, prefix, answerMs });
    await keys.claim(randomUUID(), '5 ann'); // the server knows the script now
    const calls = jest.spyOn(client, 'evalSha');
    const ids = Array.from({ length: 450 }, () => randomUUID());
    const twice = Promise.all([keys.claim('one key', '5 ann'), keys.claim('one key', '6 ann'), keys.claim('one key', '5 ann')]);
    expect(new Set(await Promise.all(ids.map((id) => keys.claim(id, '5 ann'))))).toEqual(new Set(['first']));
    expect(await twice).toEqual(['first', 'other', 'same']);
    expect(calls).toHaveBeenCalledTimes(3);
    expect(new Set(await Promise.all(ids.map((id) => keys.claim(id, '6 ann'))))).toEqual(new Set(['other']));
  });

  it('is unsure of unknown ids from a loss of Redis until 24 hours after the rebuild', async () => {
    const [client, keys] = [await connect(), await make()];
    await client.del(`${prefix}meta`);
    expect(await keys.claim(randomUUID(), '5 ann')).toBe('unsure');
    const leaderboard = new RedisLeaderboard({ client, prefix });
    const rebuild = await leaderboard.beginRebuild('ledger');
    await rebuild!.fill([{ userId: 'ann', score: 5, reachedAt: 1, version: 1, hidden: false }]);
    await rebuild!.finish(1);
    const commandId = randomUUID();
    expect(await keys.claim(commandId, '5 ann')).toBe('unsure');
    expect(await keys.claim(commandId, '6 ann')).toBe('other');
    expect(await client.ttl(`${prefix}forgotten`)).toBeGreaterThan(86_390);
    await client.del(`${prefix}forgotten`);
    expect(await keys.claim(randomUUID(), '5 ann')).toBe('first');
  });

  it('answers from its own memory while the server hangs, and stores those claims in the server later', async () => {
    const client = await connect();
    const keys = new RedisIdempotencyStore({ client, prefix });
    const [before, during] = [randomUUID(), randomUUID()];
    await keys.claim(before, '5 ann');
    // Delays the answers on this connection, like a hanging server, until another connection pushes.
    const other = await connect();
    let isHanging = true;
    const blocked = client.blPop(`${prefix}hangs`, 0).finally(() => (isHanging = false));

    const claims = [keys.claim(before, '5 ann'), keys.claim(before, '6 ann'), keys.claim(during, '5 ann')];
    expect(await Promise.all(claims)).toEqual(['same', 'other', 'unsure']);
    expect(isHanging).toBe(true);

    await other.lPush(`${prefix}hangs`, 'go on');
    await blocked;
    expect(await keys.claim(during, '6 ann')).toBe('other');
    expect(await (await make()).claim(during, '5 ann')).toBe('same');
  });

  it('answers immediately while the server is unavailable, and never throws', async () => {
    const client = await connect();
    const keys = new RedisIdempotencyStore({ client, prefix });
    await closeRedis(client);
    const commandId = randomUUID();
    expect(await keys.claim(commandId, '5 ann')).toBe('unsure');
    expect(await keys.claim(commandId, '5 ann')).toBe('same');
    expect(await keys.claim(commandId, '6 ann')).toBe('other');
  });
});
