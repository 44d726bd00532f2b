import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BoardDefinition } from '@scoreboard/domain';
import { psql, type RoleName, type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { Database } from '@scoreboard/infrastructure/postgres';
import { rankingPrefix, withRedis } from '../../faults/src/snapshots';
import { ledgerSnapshot, metric, SETTINGS, startRoles, sumOfScores, type System } from './system';

/** The events, their sum, and that of the totals of our ledger, in one text. */
const LEDGER_SUMS = `
  SELECT concat_ws('|', count(*), coalesce(sum(score_increment), 0), (SELECT coalesce(sum(score), 0) FROM score_total WHERE leaderboard_id = 1)) AS sums FROM score_event`;

const APPLIED = 'scoreboard_commands_applied_total';

export type Distributed = Awaited<ReturnType<typeof startDistributed>>;

export interface DistributedOptions {
  /** The role whose V8 CPU profile is written to `folder` when it stops. */
  readonly profiled?: { readonly role: RoleName; readonly folder: string };
  /** Beside `global`. */
  readonly boards?: readonly BoardDefinition[];
  /** What the ledger's database holds before the roles start. */
  readonly fill?: (databaseUrl: string) => Promise<void>;
}

/** One api, worker and gateway over servers of their own. */
export async function startDistributed({ profiled, boards = [], fill }: DistributedOptions = {}) {
  const boardsFile = join(temporaryFolder('bench-boards'), 'boards.json');
  writeFileSync(boardsFile, JSON.stringify(boards));
  const { servers: { postgres, redis, rabbitmq }, start, stop } = await startRoles({ BOARDS_FILE: boardsFile });
  await fill?.(postgres.url);
  if (profiled) mkdirSync(profiled.folder, { recursive: true });
  const run = (role: 'api' | 'worker' | 'gateway') =>
    start(role, role === profiled?.role ? ['--cpu-prof', '--cpu-prof-dir', resolve(profiled.folder), '--cpu-prof-name', `${role}.cpuprofile`] : []);
  const [api, worker, gateway] = await Promise.all([run('api'), run('worker'), run('gateway')]);
  const workers: RoleProcess[] = [worker];
  const sum = async (name: string) => (await Promise.all(workers.map(({ url }) => metric(url, name)))).reduce((a, b) => a + b);

  return {
    name: boards.length ? 'boards' : 'distributed',
    ...{ postgres, redis, worker },
    takesKeys: true,
    api: api.url,
    gateway: gateway.url,
    get processes() {
      const added = Object.fromEntries(workers.slice(1).map((each, i) => [`worker ${i + 2}`, each]));
      return { api, worker, ...added, gateway, postgres, redis, rabbitmq };
    },
    applied: () => sum(APPLIED),
    snapshot: async () => {
      const { updates, points } = ledgerSnapshot(await psql(postgres, LEDGER_SUMS));
      const order = `${await withRedis(redis.url, rankingPrefix)}order`;
      return { updates, points: { ...points, redis: -(await sumOfScores(redis.url, order)) } }; // they are negative there, so that the best come first
    },
    addWorker: async () => void workers.push(await run('worker')),
    /** Sums over all workers since their start. */
    lock: async () => ({ seconds: await sum('scoreboard_ledger_lock_seconds_total'), batches: await sum('scoreboard_batches_total') }),
    stop: () => stop(api, gateway, ...workers),
  };
}

/** Everything in one process. Its ledger is read when it has ended, since one process alone may have it open. */
export async function startStandalone(userIds: readonly string[]): Promise<System> {
  const folder = temporaryFolder('bench-data');
  const role = await startRole('standalone', { ...SETTINGS, DATA_DIR: folder });
  return {
    name: 'standalone',
    takesKeys: true,
    api: role.url,
    gateway: role.url,
    processes: { standalone: role },
    applied: () => metric(role.url, APPLIED),
    snapshot: async () => ({
      updates: { applied: await metric(role.url, APPLIED) },
      points: { leaderboard: await pointsOf(role.url, userIds) },
    }),
    stop: async () => {
      await role.stop();
      const database = new Database({ folder });
      const [row] = await database.query<{ sums: string }>(LEDGER_SUMS).finally(() => database.onApplicationShutdown());
      return ledgerSnapshot(row!.sums);
    },
  };
}

async function pointsOf(url: string, userIds: readonly string[]): Promise<number> {
  let sum = 0;
  for (const userId of userIds) {
    const response = await fetch(`${url}/api/scores/users/${userId}`);
    const { score = 0 } = (await response.json()) as { score?: number }; // a user who was not raised yet has none
    sum += score;
  }
  return sum;
}
