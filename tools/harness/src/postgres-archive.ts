import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, run } from './binary';
import { GuardedProcess } from './guarded-process';
import { answersWith, baseBackup, postgresFolder, psql, serverUser, sourceOf, toServerUser } from './postgres-server';
import type { PrivateServer } from './private-server';

const NAME = 'archive';
const STOP_WITHIN_MS = 20_000;

export type PostgresArchive = Awaited<ReturnType<typeof startPostgresArchive>>;

/** Continuous archiving of a private PostgreSQL: a base backup, and all that is written from then on, as `pg_receivewal` streams it. */
export async function startPostgresArchive(server: PrivateServer) {
  const source = sourceOf(server, NAME);
  const wal = postgresFolder();
  const as = { cwd: wal, ...serverUser() };
  const receivewal = binary('pg_receivewal');
  // The slot first: from then on the server keeps what the archive does not have yet.
  await run(receivewal, [...source, '--slot', NAME, '--create-slot', '--if-not-exists'], as);
  const receiver = new GuardedProcess(receivewal, [...source, '--slot', NAME, '--directory', wal, '--synchronous', '--no-loop'], { ...as, stdio: 'ignore' });
  const backup = join(await baseBackup(source), 'data');
  await run(binary('pg_verifybackup'), [backup], as);

  /** Resolves when it has all that was committed before the call. */
  const isLevel = async (): Promise<void> => {
    const now = await psql(server, 'SELECT pg_current_wal_flush_lsn()');
    await answersWith(server, `SELECT flush_lsn >= '${now}' FROM pg_stat_replication WHERE application_name = '${NAME}'`, 't');
  };

  /** Puts the base backup in the place of the stopped server's data and starts it; it goes on from the last record in the archive. */
  const restore = async (): Promise<void> => {
    const data = join(server.folder, 'data');
    rmSync(data, { recursive: true, force: true });
    await run('cp', ['--archive', backup, data]);
    // The last segment is a partial one.
    const command = `cp "${wal}/%f" "%p" || cp "${wal}/%f.partial" "%p"`;
    appendFileSync(join(data, 'postgresql.auto.conf'), `restore_command = '${command}'\n`);
    const signal = join(data, 'recovery.signal');
    writeFileSync(signal, '');
    toServerUser(signal);
    await server.start();
    await answersWith(server, 'SELECT pg_is_in_recovery()', 'f');
  };

  await isLevel();
  /** `stop` ends the archiving; what it has stays. */
  return { isLevel, restore, stop: () => receiver.stop('SIGINT', STOP_WITHIN_MS) };
}
