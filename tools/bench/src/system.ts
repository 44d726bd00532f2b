import { type RoleName, type RoleProcess, startOwnServers, startRole } from '@scoreboard/harness';
import { SETTINGS } from '../../driver/src/client';
import { withRedis } from '../../driver/src/redis';

/** A running system that is measured; whatever it is, it takes the same requests. */
export interface System {
  readonly name: string;
  /** It is also measured with an Idempotency-Key on every update. */
  readonly takesKeys: boolean;
  /** Base URL that takes updates. */
  readonly api: string;
  /** Base URL of Socket.IO. */
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
export interface Totals {
  updates: number;
  points: number;
  /** Points of the probe. */
  probed: number;
  readonly errors: string[];
}

export const noTotals = (): Totals => ({ updates: 0, points: 0, probed: 0, errors: [] });

/** Every number in `updates` must be the number of updates accepted since the start, every one in `points` their sum. */
export type Snapshot = Readonly<Partial<Record<'updates' | 'points', Readonly<Record<string, number>>>>>;

/** The user whose posts are timed. */
export const PROBE = 'probe';

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
  const values = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

export const appliedBy = (workerUrl: string): Promise<number> => metric(workerUrl, 'scoreboard_commands_applied_total');

const PAGE = 10_000;

/** The sum of the scores in a sorted set, read in pages. */
export const sumOfScores = (redisUrl: string, key: string): Promise<number> =>
  withRedis(redisUrl, async (redis) => {
    let sum = 0;
    for (let from = 0; ; from += PAGE) {
      const page = await redis.zRangeWithScores(key, from, from + PAGE - 1);
      if (!page.length) return sum;
      sum += page.reduce((points, { score }) => points + score, 0);
    }
  });

/** What a ledger with a history holds, by three sums: its events, their points, and those of the totals; and a Redis beside it. */
export function ledgerSnapshot(sums: string, redis?: number) {
  const [events, history, totals] = sums.split('|').map(Number) as [number, number, number];
  return { updates: { events }, points: { history, totals, ...(redis !== undefined && { redis }) } };
}
