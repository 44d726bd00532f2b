import { run } from './binary';
import { eventually } from './eventually';
import { freePort } from './ports';
import { baseBackup, postgresBinary, postgresOn, sourceOf } from './postgres-server';
import type { PrivateServer } from './private-server';

const STREAMS_WITHIN_MS = 60_000;

/** Runs SQL with psql; resolves with its output, fields separated by `|`, without a last line break. */
export async function psql({ url }: PrivateServer, ...statements: readonly string[]): Promise<string> {
  const commands = statements.flatMap((statement) => ['--command', statement]);
  const { stdout } = await run(postgresBinary('psql'), [url, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', ...commands]);
  return stdout.trimEnd();
}

/**
 * Makes a standby of a private PostgreSQL from a base backup, and the primary wait for it: from then on no commit is told to a client
 * before it is on both. Resolves when it is so.
 */
export async function startSynchronousStandby(primary: PrivateServer): Promise<PrivateServer> {
  await psql(primary, 'ALTER SYSTEM RESET synchronous_standby_names', 'SELECT pg_reload_conf()'); // it would be copied, and wait for itself
  const folder = await baseBackup(sourceOf(primary, 'standby'), '--write-recovery-conf', '--no-sync');
  const standby = postgresOn(folder, await freePort());
  await standby.start();
  await psql(primary, "ALTER SYSTEM SET synchronous_standby_names = 'standby'", 'SELECT pg_reload_conf()');
  const isSynchronous = async () => (await psql(primary, 'SELECT sync_state FROM pg_stat_replication')) === 'sync';
  if (await eventually(isSynchronous, STREAMS_WITHIN_MS)) return standby;
  throw new Error(`no standby is synchronous; the primary's last words:\n${primary.log().slice(-1_000)}`);
}

/** Makes a primary of a standby whose primary is lost permanently; it waits for no standby of its own until it gets one. */
export async function promote(standby: PrivateServer): Promise<void> {
  if ((await psql(standby, 'SELECT pg_promote()')) !== 't') throw new Error('the standby was not promoted within a minute');
}
