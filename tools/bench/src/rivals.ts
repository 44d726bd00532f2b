import { psql, startOwnServers } from '@scoreboard/harness';
import type { BaselineJobs } from './baseline-server';
import { Child } from './child';
import type { PrototypeJobs } from './prototype-server';
import { ledgerSnapshot, SECRET, sumOfScores, type System } from './system';

/** The baseline server over a PostgreSQL and a Redis of its own. Once it has answered, an update is applied. */
export async function startBaseline(): Promise<System> {
  const { postgres, redis, stop } = await startOwnServers('postgres', 'redis');
  const child = new Child<BaselineJobs>('baseline-server');
  const url = await child.ask('start', postgres.url, redis.url, SECRET);
  return {
    name: 'baseline',
    takesKeys: false,
    api: url,
    gateway: url,
    processes: { server: child, postgres, redis },
    applied: () => Promise.resolve(Infinity),
    snapshot: async () => {
      const totals = Number(await psql(postgres, 'SELECT coalesce(sum(score), 0) FROM score'));
      return { points: { totals, redis: await sumOfScores(redis.url, 'leaderboard') } };
    },
    stop: () => child.end().then(stop),
  };
}

/** The prototype: api, worker and gateway over servers of their own. */
export async function startPrototype(): Promise<System> {
  const { postgres, redis, rabbitmq, stop } = await startOwnServers('postgres', 'redis', 'rabbitmq');
  const [api, worker, gateway] = [1, 2, 3].map(() => new Child<PrototypeJobs>('prototype-server')) as [Child<PrototypeJobs>, Child<PrototypeJobs>, Child<PrototypeJobs>];
  await worker.ask('startWorker', rabbitmq.url, postgres.url, redis.url); // declares the queue
  const apiUrl = await api.ask('startApi', rabbitmq.url, redis.url, SECRET);
  const gatewayUrl = await gateway.ask('startGateway', redis.url);
  return {
    name: 'prototype',
    takesKeys: false,
    api: apiUrl,
    gateway: gatewayUrl,
    processes: { api, worker, gateway, postgres, redis, rabbitmq },
    applied: () => worker.ask('applied'),
    snapshot: async () => {
      const sums = await psql(postgres, 'SELECT count(*), coalesce(sum(points), 0), (SELECT coalesce(sum(score), 0) FROM total) FROM event');
      const { updates, points } = ledgerSnapshot(sums);
      return { updates, points: { ...points, redis: await sumOfScores(redis.url, 'board') } };
    },
    stop: () => Promise.all([api.end(), worker.end(), gateway.end()]).then(stop),
  };
}
