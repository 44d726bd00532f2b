import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BoardDefinition } from '@scoreboard/domain';
import { psql, type RoleName, type RoleProcess, temporaryFolder } from '@scoreboard/harness';
import { withRedis } from '../../faults/src/snapshots';
import { LEDGER_SUMS, ledgerSnapshot, metric, startRoles, sumOfScores } from './system';

const PREFIX = 'scoreboard:{global}:';

export type Distributed = Awaited<ReturnType<typeof startDistributed>>;

export interface DistributedOptions {
  /** The role whose V8 CPU profile is written to `folder` when it stops. */
  readonly profiled?: { readonly role: RoleName; readonly folder: string };
  /** Beside `global`. */
  readonly boards?: readonly BoardDefinition[];
}

/** One api, worker and gateway over servers of their own. */
export async function startDistributed({ profiled, boards = [] }: DistributedOptions = {}) {
  const boardsFile = join(temporaryFolder('bench-boards'), 'boards.json');
  writeFileSync(boardsFile, JSON.stringify(boards));
  const { servers: { postgres, redis, rabbitmq }, start, stop } = await startRoles({ BOARDS_FILE: boardsFile });
  if (profiled) mkdirSync(profiled.folder, { recursive: true });
  const run = (role: 'api' | 'worker' | 'gateway') =>
    start(role, role === profiled?.role ? ['--cpu-prof', '--cpu-prof-dir', resolve(profiled.folder), '--cpu-prof-name', `${role}.cpuprofile`] : []);
  const [api, worker, gateway] = await Promise.all([run('api'), run('worker'), run('gateway')]);
  const workers: RoleProcess[] = [worker];
  const sum = async (name: string) => (await Promise.all(workers.map(({ url }) => metric(url, name)))).reduce((a, b) => a + b);

  return {
    name: boards.length ? 'boards' : 'distributed',
    takesKeys: true,
    apis: [api.url],
    gateway: gateway.url,
    get pids() {
      const added = Object.fromEntries(workers.slice(1).map(({ pid }, i) => [`worker ${i + 2}`, pid]));
      return { api: api.pid, worker: worker.pid, ...added, gateway: gateway.pid, postgres: postgres.pid, redis: redis.pid, rabbitmq: rabbitmq.pid };
    },
    applied: () => sum('scoreboard_commands_applied_total'),
    snapshot: async () => {
      const { updates, points } = ledgerSnapshot(await psql(postgres, LEDGER_SUMS));
      const generation = await withRedis(redis.url, (board) => board.hGet(`${PREFIX}meta`, 'ranking'));
      return { updates, points: { ...points, redis: -(await sumOfScores(redis.url, `${PREFIX}${generation}:order`)) } }; // they are negative there, so that the best come first
    },
    addWorker: async () => void workers.push(await run('worker')),
    /** Sums over all workers since their start. */
    lock: async () => ({ seconds: await sum('scoreboard_ledger_lock_seconds_total'), batches: await sum('scoreboard_batches_total') }),
    stop: async () => {
      await stop(api, gateway, ...workers);
      return {};
    },
  };
}
