import type { Server } from 'node:http';
import { describeWith } from '../../support';
import { ServedSystem } from './served-system';
import { type Outcome, play, type Situation } from './situation';
import { LOST_KEYS, lostKeys, SITUATIONS } from './situations';

/**
 * Outages of real connections to real gateways, directly and behind the shipped load balancer, with stock clients and default
 * options. After each outage every client has the current board within ten seconds, without any reconnect code of its own.
 */
describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL', 'TEST_OPENSSL', 'TEST_NGINX'], 'stock clients', () => {
  let system: ServedSystem;
  let provider: Server;
  const outcomes = new Map<string, Promise<Outcome>>();

  const begin = (situation: Situation, onJoined: () => void = () => undefined) => {
    const outcome = play(system, situation, onJoined);
    outcome.then(
      ({ clients, backAfterMs, blamed }) => say(`${situation.name}: ${clients} clients, ${blamed.length ? `${blamed.length} complaints` : `all back after ${backAfterMs} ms`}`),
      (error: Error) => say(`${situation.name}: ${error.message.slice(0, 200)}`),
    );
    return outcome;
  };
  /** Each situation starts once the previous one has its clients. The outages, which are mostly waiting, overlap. */
  const beginOneAfterTheOther = (situations: readonly Situation[]) => {
    let turn = Promise.resolve();
    for (const situation of situations) {
      let joined: () => void = () => undefined;
      const next = new Promise<void>((resolve) => (joined = resolve));
      const outcome = turn.then(() => begin(situation, joined));
      outcome.catch(() => undefined).finally(joined); // a failure is reported by its own test
      outcomes.set(situation.name, outcome);
      turn = next;
    }
  };

  beforeAll(async () => {
    system = await ServedSystem.start();
    const keys = await lostKeys();
    provider = keys.provider;
    beginOneAfterTheOther([...SITUATIONS, keys.situation]);
  });
  afterAll(async () => {
    await Promise.allSettled(outcomes.values());
    provider?.closeAllConnections();
    provider?.close();
    await system?.stop();
  });

  it.each([...SITUATIONS.map(({ name }) => name), LOST_KEYS])('all recover from %s', async (name) => {
    expect((await outcomes.get(name)!).blamed).toEqual([]);
  });

  it('all recover from a Redis that lost its data', async () => {
    await Promise.allSettled(outcomes.values()); // all situations share this Redis
    const { blamed } = await begin({
      name: 'a Redis that was lost and is empty',
      happen: async ({ joinMore }) => {
        await system.redis.kill();
        await joinMore();
        await system.redis.start();
      },
    });
    expect(blamed).toEqual([]);
  });
});

/** Prints progress, because a run takes minutes. */
const say = (what: string): void => void process.stderr.write(`  stock clients: ${what}\n`);
