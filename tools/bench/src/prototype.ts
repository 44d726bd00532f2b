import { startOwnServers } from '@scoreboard/harness';
import { Client } from 'pg';
import { createClient } from 'redis';
import { Child } from './child';
import type { PrototypeJobs } from './prototype-server';
import { type System, SECRET } from './system';

/** The prototype: api, worker and gateway over servers of their own. */
export async function startPrototype(): Promise<System> {
  const { postgres, redis, rabbitmq, stop } = await startOwnServers('postgres', 'redis', 'rabbitmq');
  const [api, worker, gateway] = [1, 2, 3].map(() => new Child<PrototypeJobs>('prototype-server')) as [Child<PrototypeJobs>, Child<PrototypeJobs>, Child<PrototypeJobs>];
  await worker.ask('startWorker', rabbitmq.url, postgres.url, redis.url); // declares the queue
  const apiUrl = await api.ask('startApi', rabbitmq.url, redis.url, SECRET);
  const gatewayUrl = await gateway.ask('startGateway', redis.url);
  const database = new Client(postgres.url);
  await database.connect();
  const board = createClient({ url: redis.url });
  await board.connect();

  return {
    name: 'prototype',
    takesKeys: false,
    apis: [apiUrl],
    gateway: gatewayUrl,
    pids: { api: api.pid, worker: worker.pid, gateway: gateway.pid, postgres: postgres.pid, redis: redis.pid, rabbitmq: rabbitmq.pid },
    applied: () => worker.ask('applied'),
    snapshot: async () => {
      const { rows } = await database.query<Record<'events' | 'history' | 'totals', string>>(`
        SELECT count(*) AS events, coalesce(sum(points), 0) AS history, (SELECT coalesce(sum(score), 0) FROM total) AS totals FROM event`);
      const { events, history, totals } = rows[0]!;
      const held = await board.zRangeWithScores('board', 0, -1);
      const points = { history: Number(history), totals: Number(totals), redis: held.reduce((sum, { score }) => sum + score, 0) };
      return { updates: { events: Number(events) }, points };
    },
    stop: async () => {
      await database.end();
      await board.close();
      await Promise.all([api.end(), worker.end(), gateway.end()]);
      await stop();
      return { updates: {}, points: {} };
    },
  };
}
