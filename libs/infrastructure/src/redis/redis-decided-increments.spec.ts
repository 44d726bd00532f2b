import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { decidedIncrementsContract } from '@scoreboard/application/scores/decided-increments.contract';
import type { RedisClientType } from 'redis';
import { closeRedis, connectRedis } from './redis-client';
import { RedisDecidedIncrements } from './redis-decided-increments';
import { connected } from '../../../../test/support';

/** For tests of what is counted: no answer of a busy machine is too late. */
const answerMs = 10_000;

describe('RedisDecidedIncrements', () => {
  const prefix = `test:{${randomUUID()}}:`;
  const clients: RedisClientType[] = [];

  const connect = async () => {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'increments-spec' });
    clients.push(client);
    await connected(client);
    return client;
  };
  const make = async () => new RedisDecidedIncrements({ client: await connect(), prefix, answerMs });

  beforeAll(() => Logger.overrideLogger(false));
  afterAll(async () => {
    const client = await connect();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (page.length) await client.unlink(page);
    await Promise.all(clients.map(closeRedis));
  });

  decidedIncrementsContract(make);

  it('knows what other processes decided, for 24 hours', async () => {
    const [one, two] = [await make(), await make()];
    const commandId = randomUUID();
    expect(await one.decide(commandId, 5)).toBe(5);
    expect(await two.find(commandId)).toBe(5);
    expect(await two.decide(commandId, 7)).toBe(5);
    expect(await clients[0]!.ttl(`${prefix}key:${commandId}:increment`)).toBeGreaterThan(86_390);
  });

  it('remembers on its own while the server hangs or is unavailable, and stores that in the server later', async () => {
    const client = await connect();
    const increments = new RedisDecidedIncrements({ client, prefix });
    const [before, during] = [randomUUID(), randomUUID()];
    await increments.decide(before, 5);
    // Delays the answers on this connection, like a hanging server, until another connection pushes.
    const other = await connect();
    let isHanging = true;
    const blocked = client.blPop(`${prefix}hangs`, 0).finally(() => (isHanging = false));
    expect(await Promise.all([increments.decide(before, 6), increments.decide(during, 7), increments.find(before)])).toEqual([5, 7, 5]);
    expect(isHanging).toBe(true);
    await other.lPush(`${prefix}hangs`, 'go on');
    await blocked;
    expect(await increments.decide(during, 8)).toBe(7);
    expect(await (await make()).find(during)).toBe(7);
    await closeRedis(client);
    expect(await Promise.all([increments.find(before), increments.find(randomUUID())])).toEqual([5, undefined]);
  });
});
