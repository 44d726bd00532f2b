import { startRole, temporaryFolder } from '@scoreboard/harness';
import { Database } from '@scoreboard/infrastructure/postgres';
import { LEDGER_SUMS, ledgerSnapshot, metric, SETTINGS, type System } from './system';

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
