import { type RoleProcess, type Servers, startRole } from '@scoreboard/harness';
import { createClient, type RedisClientType } from 'redis';
import { describeWith, eventually, shareServers } from '../support';
import { JWT_SECRET, newUser, post, type System, watch } from './system';

const readiness = async ({ url }: RoleProcess): Promise<unknown> => (await fetch(`${url}/health/ready`)).json();
const metrics = async ({ url }: RoleProcess): Promise<string> => (await fetch(`${url}/metrics`)).text();

describeWith(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'TEST_RABBITMQ_URL'], 'the distributed system with a full Redis', () => {
  let servers: Servers;
  let redis: RedisClientType;
  let [api, worker, gateway]: RoleProcess[] = [];
  let system: System;

  beforeAll(async () => {
    servers = await shareServers('full-redis');
    redis = createClient({ url: servers.urls.redis });
    await redis.connect();
    const settings = { DATABASE_URL: servers.urls.postgres, REDIS_URL: servers.urls.redis, RABBITMQ_URL: servers.urls.rabbitmq, JWT_SECRET, LOG_LEVEL: 'warn' };
    [api, worker, gateway] = await Promise.all((['api', 'worker', 'gateway'] as const).map((role) => startRole(role, settings)));
    system = { apis: [api!.url], gateways: [gateway!.url], stop: async () => undefined };
  });
  afterAll(async () => {
    await Promise.all([api, worker, gateway].map((role) => role?.kill()));
    redis?.destroy();
    await servers?.stop();
  });

  it('accepts updates, logs that Redis is full, and shows all points once there is space again', async () => {
    const { socket, boards } = watch(gateway!.url);
    const user = newUser();
    const shown = () => boards().at(-1)?.entries.find(({ userId }) => userId === user)?.score;
    expect((await post(system, { userId: user, scoreIncrement: 1 })).status).toBe(201);
    await eventually(() => expect(shown()).toBe(1));
    expect(await readiness(worker!)).toEqual({ status: 'ready' });

    await redis.configSet('maxmemory', '1mb');
    for (let i = 0; i < 5; i++) expect((await post(system, { userId: user, scoreIncrement: 1 }, { 'idempotency-key': `${user}-${i}` })).status).toBe(201);
    for (const role of [worker!, api!]) {
      await eventually(async () => expect(await readiness(role)).toEqual({ status: 'degraded', degraded: ['redis'] }));
      expect(await metrics(role)).toMatch(/^scoreboard_dependency_up\{[^}]*dependency="redis"[^}]*\} 0$/m);
    }
    expect(worker!.output()).toContain('refuses writes: OOM');
    expect(shown()).toBe(1);
    await redis.configSet('maxmemory', '0');
    await eventually(() => expect(shown()).toBe(6));
    await eventually(async () => expect(await readiness(worker!)).toEqual({ status: 'ready' }));
    socket.disconnect();
  });
});
