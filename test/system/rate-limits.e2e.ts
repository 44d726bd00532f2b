import { randomInt } from 'node:crypto';
import { type RoleProcess, type Servers, startRole } from '@scoreboard/harness';
import { describeWith, eventually, shareServers } from '../support';
import { type Answer, JWT_SECRET, newUser, post, type System } from './system';

const WRITES = 200;
const GUESTS = 30;

// On a busy machine Redis may answer after more than 200 ms: that counts as a separate outage.
const BEGIN = 'rate limits are counted by each process for itself';
const END = 'rate limits are shared again';
const said = (api: RoleProcess, what: string): number => api.output().split(what).length - 1;

/** Windows start on clock minutes; this fraction of the hits before the last boundary no longer counts. 0 without a boundary. */
const fadedSince = (started: number) => (Math.floor(started / 60_000) === Math.floor(Date.now() / 60_000) ? 0 : (Date.now() % 60_000) / 60_000);

/** Two apis behind no proxy, over a Redis of their own. */
describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'the rate limits of two apis', () => {
  let servers: Servers;
  let apis: RoleProcess[];
  let system: System;

  beforeAll(async () => {
    servers = await shareServers('rate-limits');
    const { postgres, redis, rabbitmq } = servers.urls;
    const settings = { DATABASE_URL: postgres, REDIS_URL: redis, RABBITMQ_URL: rabbitmq, JWT_SECRET, RATE_LIMIT_WRITES: `${WRITES}`, GUEST_PLAY: 'true', LOG_LEVEL: 'info' };
    apis = await Promise.all([startRole('api', settings), startRole('api', settings)]);
    system = { apis: apis.map(({ url }) => url), gateways: [], stop: async () => undefined };
  });

  afterAll(async () => {
    const codes = await Promise.all((apis ?? []).map((api) => api.stop()));
    expect(codes).toEqual([0, 0]);
    await servers?.stop();
  });

  /** Sends `times` requests, twenty at a time, to the apis in turn. */
  async function hammer(times: number, send: (at: System) => Promise<Answer | Response>, urls = system.apis) {
    const started = Date.now();
    const statuses: number[] = [];
    let left = times;
    const run = async () => {
      while (left-- > 0) statuses.push((await send({ ...system, apis: [urls[left % urls.length]!] })).status);
    };
    await Promise.all(Array.from({ length: 20 }, run));
    const accepted = statuses.filter((status) => status === 201).length;
    expect(statuses.filter((status) => status === 429)).toHaveLength(times - accepted);
    return { accepted, faded: fadedSince(started) };
  }

  const outages = () => apis.map((api) => said(api, BEGIN));

  /** Until both apis share their counts again. */
  const shared = () =>
    eventually(async () => {
      for (const api of apis) await post({ ...system, apis: [api.url] }, { userId: newUser(), scoreIncrement: 1 });
      expect(apis.map((api) => said(api, END))).toEqual(outages());
    }, { everyMs: 200 });

  /** Runs `work` again until Redis answered in time throughout it. */
  async function whileShared<T>(work: () => Promise<T>): Promise<T> {
    await shared();
    const before = outages();
    const result = await work();
    return outages().every((count, i) => count === before[i]) ? result : whileShared(work);
  }

  const update = (userId: string) => (at: System) => post(at, { userId, scoreIncrement: 1 });

  it('are shared within 5%: one subject that uses both apis, or switches to the other', async () => {
    const { accepted, faded } = await whileShared(() => hammer(3 * WRITES, update(newUser())));
    expect(accepted).toBeGreaterThanOrEqual(WRITES * 0.95);
    expect(accepted).toBeLessThanOrEqual(WRITES * (1.05 + faded));

    const [first, second] = await whileShared(async () => {
      const moving = newUser();
      const before = await hammer(2 * WRITES, update(moving), [system.apis[0]!]);
      await eventually(async () => expect((await post({ ...system, apis: [system.apis[1]!] }, { userId: moving, scoreIncrement: 1 })).status).toBe(429));
      return [before, await hammer(WRITES, update(moving), [system.apis[1]!])] as const;
    });
    expect(first.accepted + second.accepted).toBeLessThanOrEqual(WRITES * (1.05 + first.faded + second.faded));
  });

  it('cannot be evaded with a header or by switching to the other api', async () => {
    const address = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
    const guest = ({ apis: [url] }: System) =>
      fetch(`${url}/api/auth/guest`, { method: 'POST', headers: { 'x-forwarded-for': address(), 'x-real-ip': address(), forwarded: `for=${address()}` } });
    await shared();
    const before = outages();
    const { accepted, faded } = await hammer(6 * GUESTS, guest);
    expect(accepted).toBeGreaterThanOrEqual(GUESTS);
    // An api that Redis did not answer in time counts for itself.
    const alone = outages().filter((count, i) => count > before[i]!).length;
    expect(accepted).toBeLessThanOrEqual(GUESTS * (1.05 + faded + alone));
  });

  it('continue in each api separately while Redis is down, keep their counts, and log the start and end of the outage once', async () => {
    await shared();
    const [known, fresh] = [newUser(), newUser()];
    const started = Date.now();
    await hammer(2 * WRITES, update(known));
    await servers.redis!.kill();
    const alone = await hammer(3 * WRITES, update(fresh));
    expect(alone.accepted).toBeGreaterThanOrEqual(WRITES * 0.95);
    expect(alone.accepted).toBeLessThanOrEqual(2 * WRITES * (1.05 + alone.faded));
    const again = await hammer(WRITES / 2, update(known));
    expect(again.accepted).toBeLessThanOrEqual(WRITES * (0.05 + 2 * fadedSince(started)));

    expect(outages()).toEqual(apis.map((api) => said(api, END) + 1));

    await servers.redis!.start();
    const begun = outages();
    await shared();
    expect(outages()).toEqual(begun);
  });
});
