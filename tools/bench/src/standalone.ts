import { startRole, temporaryFolder } from '@scoreboard/harness';
import { Database } from '@scoreboard/infrastructure/postgres';
import { ledgerSnapshot, metric, SETTINGS, type System } from './system';

const READS_AT_ONCE = 50;

/** Everything in one process. Its ledger is read when it has ended, since one process alone may have it open. */
export async function startStandalone(userIds: readonly string[]): Promise<System> {
  const folder = temporaryFolder('bench-data');
  const role = await startRole('standalone', { ...SETTINGS, DATA_DIR: folder });
  return {
    name: 'standalone',
    takesKeys: true,
    apis: [role.url],
    gateway: role.url,
    pids: { standalone: role.pid },
    applied: () => metric(role.url, 'scoreboard_commands_applied_total'),
    snapshot: async () => ({
      updates: { applied: await metric(role.url, 'scoreboard_commands_applied_total') },
      points: { leaderboard: await sumOfScores(role.url, userIds) },
    }),
    stop: async () => {
      await role.stop();
      const database = new Database({ folder });
      return ledgerSnapshot(database).finally(() => database.onApplicationShutdown());
    },
  };
}

async function sumOfScores(url: string, userIds: readonly string[]): Promise<number> {
  let sum = 0;
  for (let i = 0; i < userIds.length; i += READS_AT_ONCE) {
    const part = userIds.slice(i, i + READS_AT_ONCE).map(async (userId) => {
      const response = await fetch(`${url}/api/scores/users/${userId}`);
      const { score } = (await response.json()) as { score?: number };
      return response.status === 200 ? score! : 0; // 404: not raised yet
    });
    for (const score of await Promise.all(part)) sum += score;
  }
  return sum;
}
