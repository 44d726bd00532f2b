import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardDefinition } from '@scoreboard/domain';
import { psql, type RoleName, type RoleProcess, startOwnServers, startRole, temporaryFolder } from '@scoreboard/harness';
import { Database } from '@scoreboard/infrastructure/postgres';
import { get, SETTINGS } from '../../driver/src/client';
import { rankingPrefix, withRedis } from '../../driver/src/redis';
import { Child } from './child';
import { playerId, PLAYERS, PROBE } from './players';
import type { RivalJobs } from './rival-servers';
import { sum } from './statistics';

/** A running system that is measured; whatever it is, it takes the same requests: updates at the URL `api`, Socket.IO at `gateway`. */
export interface System {
  readonly name: string;
  /** It is also measured with an Idempotency-Key on every update. */
  readonly takesKeys: boolean;
  readonly api: string;
  readonly gateway: string;
  /** Its processes, servers too, by name. */
  readonly processes: Readonly<Record<string, { readonly pid: number }>>;
  readonly totals: Totals;
  /** How many updates were applied since it was started. Cheap: asked while it works. */
  applied(): Promise<number>;
  /** What it holds at rest. */
  snapshot(): Promise<Snapshot>;
  /** Ends it; resolves with what only then can be read. */
  stop(): Promise<Snapshot | void>;
}

/** What a system has accepted since it was started, and what was wrong with it. */
export type Totals = Record<'updates' | 'points' | 'probed', number> & { readonly errors: string[] };

const noTotals = (): Totals => ({ updates: 0, points: 0, probed: 0, errors: [] });

/** Every number in `updates` must be the number of updates accepted since the start, every one in `points` their sum. */
export type Snapshot = Readonly<Partial<Record<'updates' | 'points', Readonly<Record<string, number>>>>>;

/** Servers of its own, and what starts a role of the distributed system over them; `stop` ends these roles and the servers. */
export async function startRoles(more: NodeJS.ProcessEnv = {}) {
  const servers = await startOwnServers('postgres', 'redis', 'rabbitmq');
  const settings = { ...SETTINGS, ...more, DATABASE_URL: servers.postgres.url, REDIS_URL: servers.redis.url, RABBITMQ_URL: servers.rabbitmq.url };
  const start = (role: RoleName, nodeArgs: readonly string[] = []) => startRole(role, settings, { nodeArgs });
  const stop = async (...roles: readonly RoleProcess[]) => {
    await Promise.all(roles.map((role) => role.stop()));
    await servers.stop();
  };
  return { servers, start, stop };
}

/** The sum of the numbers in Prometheus' text whose name is this. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return sum(lines.map((line) => Number(line.split(' ').at(-1))));
}

export const appliedBy = (workerUrl: string): Promise<number> => metric(workerUrl, 'scoreboard_commands_applied_total');

const PAGE = 10_000;

/** The sum of the scores in a sorted set, read in pages. */
const sumOfScores = (redisUrl: string, key: string): Promise<number> =>
  withRedis(redisUrl, async (redis) => {
    let points = 0;
    for (let from = 0; ; from += PAGE) {
      const page = await redis.zRangeWithScores(key, from, from + PAGE - 1);
      if (!page.length) return points;
      points += sum(page.map(({ score }) => score));
    }
  });

/** What a ledger with a history holds, by three sums: its events, their points, and those of the totals; and a Redis beside it. */
function ledgerSnapshot(sums: string, redis?: number) {
  const [events, history, totals] = sums.split('|').map(Number) as [number, number, number];
  return { updates: { events }, points: { history, totals, ...(redis !== undefined && { redis }) } };
}

/** The events, their sum, and that of the totals of our ledger, in one text. */
const LEDGER_SUMS = `
  SELECT concat_ws('|', count(*), coalesce(sum(score_increment), 0), (SELECT coalesce(sum(score), 0) FROM score_total WHERE leaderboard_id = 1)) AS sums FROM score_event`;

export type Distributed = Awaited<ReturnType<typeof startDistributed>>;

interface DistributedOptions {
  readonly nodeArgs?: Readonly<Partial<Record<RoleName, readonly string[]>>>;
  /** Beside `global`. */
  readonly boards?: readonly BoardDefinition[];
  /** What the ledger's database holds before the roles start. */
  readonly fill?: (databaseUrl: string) => Promise<void>;
}

/** One api, worker and gateway over servers of their own. */
export async function startDistributed({ nodeArgs = {}, boards = [], fill }: DistributedOptions = {}) {
  const boardsFile = join(temporaryFolder('bench-boards'), 'boards.json');
  writeFileSync(boardsFile, JSON.stringify(boards));
  const { servers: { postgres, redis, rabbitmq }, start, stop } = await startRoles({ BOARDS_FILE: boardsFile });
  await fill?.(postgres.url);
  const run = (role: RoleName) => start(role, nodeArgs[role]);
  const [api, worker, gateway] = await Promise.all([run('api'), run('worker'), run('gateway')]);
  const workers: RoleProcess[] = [worker];
  const ofWorkers = async (value: (url: string) => Promise<number>) => sum(await Promise.all(workers.map(({ url }) => value(url))));

  return {
    ...{ name: boards.length ? 'boards' : 'distributed', takesKeys: true, api: api.url, gateway: gateway.url, totals: noTotals() },
    ...{ postgres, redis, worker },
    get processes() {
      const added = Object.fromEntries(workers.slice(1).map((each, i) => [`worker ${i + 2}`, each]));
      return { api, worker, ...added, gateway, postgres, redis, rabbitmq };
    },
    applied: () => ofWorkers(appliedBy),
    snapshot: async () => {
      const order = `${await withRedis(redis.url, rankingPrefix)}order`;
      return ledgerSnapshot(await psql(postgres, LEDGER_SUMS), -(await sumOfScores(redis.url, order))); // they are negative there, so that the best come first
    },
    addWorker: async () => void workers.push(await run('worker')),
    /** What batches waited for the lock on the row in the table `leaderboard`, over all workers since their start. */
    lock: async () => ({
      seconds: await ofWorkers((url) => metric(url, 'scoreboard_ledger_lock_seconds_total')),
      batches: await ofWorkers((url) => metric(url, 'scoreboard_batches_total')),
    }),
    stop: () => stop(api, gateway, ...workers),
  };
}

/** Everything in one process. Its ledger is read when it has ended, since one process alone may have it open. */
export async function startStandalone(): Promise<System> {
  const folder = temporaryFolder('bench-data');
  const role = await startRole('standalone', { ...SETTINGS, DATA_DIR: folder });
  return {
    ...{ name: 'standalone', takesKeys: true, api: role.url, gateway: role.url, totals: noTotals() },
    processes: { standalone: role },
    applied: () => appliedBy(role.url),
    snapshot: async () => ({ updates: { applied: await appliedBy(role.url) }, points: { leaderboard: await pointsOf(role.url) } }),
    stop: async () => {
      await role.stop();
      const database = new Database({ folder });
      const [row] = await database.query<{ sums: string }>(LEDGER_SUMS).finally(() => database.onApplicationShutdown());
      return ledgerSnapshot(row!.sums);
    },
  };
}

async function pointsOf(url: string): Promise<number> {
  let points = 0;
  for (const userId of [...Array.from({ length: PLAYERS }, (_, i) => playerId(i)), PROBE]) {
    const { body } = await get(`${url}/api/scores/users/${userId}`);
    points += (body as { readonly score?: number }).score ?? 0; // a user who was not raised yet has none
  }
  return points;
}

/** The baseline server over a PostgreSQL and a Redis of its own. Once it has answered, an update is applied. */
export async function startBaseline(): Promise<System> {
  const { postgres, redis, stop } = await startOwnServers('postgres', 'redis');
  const server = new Child<RivalJobs>('rival-servers');
  const url = await server.ask('startBaseline', postgres.url, redis.url);
  return {
    ...{ name: 'baseline', takesKeys: false, api: url, gateway: url, totals: noTotals() },
    processes: { server, postgres, redis },
    applied: () => Promise.resolve(Infinity),
    snapshot: async () => {
      const totals = Number(await psql(postgres, 'SELECT coalesce(sum(score), 0) FROM score'));
      return { points: { totals, redis: await sumOfScores(redis.url, 'leaderboard') } };
    },
    stop: () => server.end().then(stop),
  };
}

export async function startPrototype(): Promise<System> {
  const { postgres, redis, rabbitmq, stop } = await startOwnServers('postgres', 'redis', 'rabbitmq');
  const child = () => new Child<RivalJobs>('rival-servers');
  const [api, worker, gateway] = [child(), child(), child()];
  await worker.ask('startWorker', rabbitmq.url, postgres.url, redis.url); // declares the queue
  return {
    ...{ name: 'prototype', takesKeys: false, totals: noTotals() },
    api: await api.ask('startApi', rabbitmq.url, redis.url),
    gateway: await gateway.ask('startGateway', redis.url),
    processes: { api, worker, gateway, postgres, redis, rabbitmq },
    applied: () => worker.ask('applied'),
    snapshot: async () => {
      const sums = await psql(postgres, 'SELECT count(*), coalesce(sum(points), 0), (SELECT coalesce(sum(score), 0) FROM total) FROM event');
      return ledgerSnapshot(sums, await sumOfScores(redis.url, 'board'));
    },
    stop: () => Promise.all([api.end(), worker.end(), gateway.end()]).then(stop),
  };
}
