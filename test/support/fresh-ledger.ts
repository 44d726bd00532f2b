import { type RoleOptions, type RoleProcess, startRole, temporaryFolder } from '@scoreboard/harness';
import { freshDatabase } from './fresh-database';

export interface FreshLedger {
  /** Settings of a standalone on this ledger. */
  readonly settings: NodeJS.ProcessEnv;
  drop(): Promise<void>;
}

/**
 * A ledger for a standalone whose tests do not ask where it is: a database of the test server, with which a standalone starts in half the
 * time. Where there is no server it is the embedded one.
 */
export async function freshLedger(): Promise<FreshLedger> {
  const settings = { DATA_DIR: temporaryFolder('data') };
  if (!process.env.TEST_DATABASE_URL) return { settings, drop: async () => undefined };
  const { url, drop } = await freshDatabase();
  return { settings: { ...settings, DATABASE_URL: url }, drop };
}

/** A standalone on such a ledger, which is dropped when it ends. `kill` saves the second of a drain, where no test is about how it ends. */
export async function startStandalone(settings: NodeJS.ProcessEnv, options?: RoleOptions): Promise<RoleProcess> {
  const ledger = await freshLedger();
  const role = await startRole('standalone', { ...ledger.settings, ...settings }, options);
  const stop = async () => {
    const exitCode = await role.stop();
    await ledger.drop();
    return exitCode;
  };
  const kill = async () => {
    await role.kill();
    await ledger.drop();
  };
  return { ...role, stop, kill };
}
