import { startOwnServers } from '@scoreboard/harness';
import { Client } from 'pg';
import { createClient } from 'redis';
import type { BaselineJobs } from './baseline-server';
import { Child } from './child';
import { type System, SECRET } from './system';

/** The baseline server over a PostgreSQL and a Redis of its own. Once it has answered, an update is applied. */
export async function startBaseline(): Promise<System> {
  const { postgres, redis, stop } = await startOwnServers('postgres', 'redis');
  const child = new Child<BaselineJobs>('baseline-server');
  const url = await child.ask('start', postgres.url, redis.url, SECRET);
  const database = new Client(postgres.url);
  await database.connect();
  const board = createClient({ url: redis.url });
  await board.connect();

  return {
    name: 'baseline',
    takesKeys: false,
    apis: [url],
    gateway: url,
    pids: { server: child.pid, postgres: postgres.pid, redis: redis.pid },
    applied: () => Promise.resolve(Infinity),
    snapshot: async () => {
      const { rows } = await database.query<{ total: string }>('SELECT coalesce(sum(score), 0) AS total FROM score');
      const held = await board.zRangeWithScores('leaderboard', 0, -1);
      return { updates: {}, points: { totals: Number(rows[0]!.total), redis: held.reduce((sum, { score }) => sum + score, 0) } };
    },
    stop: async () => {
      await database.end();
      await board.close();
      await child.end();
      await stop();
      return { updates: {}, points: {} };
    },
  };
}
