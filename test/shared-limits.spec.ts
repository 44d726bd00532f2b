import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { closeRedis, connectRedis, RedisRateCounters } from '@scoreboard/infrastructure/redis';
import { SharedRateCounters, SlidingWindowLimits } from '@scoreboard/infrastructure/rate-limits';
import type { RedisClientType } from 'redis';
import { connected, describeWith, eventually } from './support';

const LIMIT = 400;
const TURNS = 3_000;
// So long that it does not slide during the test, on any machine.
const WINDOW_MS = 60_000_000;

describeWith(['TEST_REDIS_URL'], 'a rate limit shared by two processes', () => {
  const clients: RedisClientType[] = [];
  const faults: string[] = [];

  async function make(prefix: string): Promise<SlidingWindowLimits> {
    const client = connectRedis(process.env.TEST_REDIS_URL!, { name: 'limits-spec' });
    clients.push(client);
    await connected(client);
    const shared = new SharedRateCounters(new RedisRateCounters({ client, prefix, answerMs: 10_000 }), { report: (what) => void faults.push(what) });
    return new SlidingWindowLimits({ shared });
  }

  const newPair = (prefix = `test:{${randomUUID()}}:`) => Promise.all([make(prefix), make(prefix)]);

  /** Sends requests without a pause, to each process in turn; returns how many pass. */
  async function passing(processes: readonly SlidingWindowLimits[]): Promise<number> {
    let passed = 0;
    for (let i = 0; i < TURNS; i++) {
      if (!(await processes[i % processes.length]!.take('writes:ann', LIMIT, WINDOW_MS))) passed++;
      await turn();
    }
    return passed;
  }

  afterEach(() => Promise.all(clients.splice(0).map(closeRedis)));

  it('admits as many requests as one process would, within 5%', async () => {
    const passed = await passing(await newPair());
    expect(passed).toBeGreaterThanOrEqual(LIMIT * 0.95);
    expect(passed).toBeLessThanOrEqual(LIMIT * 1.05);
    expect(faults).toEqual([]);
  });

  it('does not start again from zero after Redis loses its counts', async () => {
    const prefix = `test:{${randomUUID()}}:`;
    const limits = await make(prefix);
    const ask = async () => ((await limits.take('writes:ann', LIMIT, WINDOW_MS)) ? 0 : 1);
    let passed = 0;
    while (passed < LIMIT / 2) passed += await ask();
    const keys = () => clients[0]!.keys(`${prefix}*`);
    await eventually(async () => expect(await clients[0]!.hGet((await keys())[0]!, 'c')).toBe(`${passed}`));
    await clients[0]!.del(await keys());
    passed += await passing([limits]);
    expect(passed).toBeGreaterThanOrEqual(LIMIT);
    expect(passed).toBeLessThanOrEqual(LIMIT * 1.05);
  });

  it('is enforced by each process separately while Redis is down, at once and with a report', async () => {
    const processes = await newPair();
    await Promise.all(clients.splice(0).map(closeRedis));
    const passed = await passing(processes);
    expect(passed).toBeGreaterThanOrEqual(2 * LIMIT);
    expect(passed).toBeLessThanOrEqual(2 * LIMIT * 1.05);
    expect(faults.splice(0).length).toBeGreaterThan(0);
  });
});
