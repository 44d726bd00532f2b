import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from './authority';
import { binary, run } from './binary';
import { eventually } from './eventually';
import { answers } from './ports';
import { PrivateServer, startServer } from './private-server';
import { temporaryFolder } from './after-exit';

const ANSWERS_WITHIN_MS = 60_000;

/** A protocol 3.0 startup message for the superuser, and the type of the message that lets it in. */
const HELLO = Buffer.from('\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
const LET_IN = Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1');
/** What one hears who comes without TLS: `invalid_authorization_specification`. */
const ONLY_TLS = Buffer.from('C28000');

/**
 * A private PostgreSQL whose superuser needs no password; as durable as any (fsync is on), so it may be killed. With `tls` it lets nobody else in;
 * its data is in a new folder in `parent`.
 */
export async function startPostgres(tls?: TlsFiles, parent?: string): Promise<PrivateServer> {
  const folder = postgresFolder(parent);
  // What it makes is worth nothing yet, so it need not be forced to disk.
  const cluster = ['--pgdata', join(folder, 'data'), '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(binary('initdb'), cluster, { cwd: folder, ...serverUser() });
  return startServer((port) => postgresOn(folder, port, tls));
}

/** A new temporary folder that belongs to the user who runs PostgreSQL here. */
export const postgresFolder = (parent?: string): string => toServerUser(temporaryFolder('postgres', parent));

/** The options of PostgreSQL's own commands that name a server to them, and them to it. */
export const sourceOf = ({ url }: PrivateServer, application: string): string[] => ['--dbname', `host=127.0.0.1 port=${new URL(url).port} user=postgres application_name=${application}`];

/** Copies a running server's data to `data` of a new folder. */
export async function baseBackup(source: readonly string[], ...more: readonly string[]): Promise<string> {
  const folder = postgresFolder();
  await run(binary('pg_basebackup'), [...source, '--pgdata', join(folder, 'data'), '--checkpoint=fast', '--wal-method=stream', ...more], { cwd: folder, ...serverUser() });
  return folder;
}

/** A server on what lies in `data` of the folder; it is not started yet. */
function postgresOn(folder: string, port: number, tls?: TlsFiles): PrivateServer {
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  if (tls) settings.push(...demandTls(folder, tls));
  return new PrivateServer({
    name: 'PostgreSQL',
    url: `postgres://postgres@127.0.0.1:${port}/postgres${tls ? `?sslmode=verify-full&sslrootcert=${tls.ca}` : ''}`,
    command: binary('postgres'),
    args: ['-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    owner: serverUser(),
    stopSignal: 'SIGINT', // SIGTERM would wait for clients to leave.
    isUp: () => answers(port, HELLO, tls ? ONLY_TLS : LET_IN),
  });
}

/** It takes a key only from a file that is its own and nobody else's. */
function demandTls(folder: string, tls: TlsFiles): string[] {
  const own = (name: string, content: string | Buffer) => {
    const file = join(folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return toServerUser(file);
  };
  const [cert, key] = [own('server.crt', readFileSync(tls.cert)), own('server.key', readFileSync(tls.key))];
  return ['ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`, `hba_file=${own('pg_hba.conf', 'hostssl all all 127.0.0.1/32 trust\n')}`];
}

/** Gives a path to the user who runs PostgreSQL here. */
export function toServerUser(path: string): string {
  const owner = serverUser();
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}

/** PostgreSQL refuses to run as root: its own system user then. */
export function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Runs SQL with psql; resolves with its output, fields separated by `|`, without a last line break. */
export async function psql({ url }: PrivateServer, ...statements: readonly string[]): Promise<string> {
  const commands = statements.flatMap((statement) => ['--command', statement]);
  const { stdout } = await run(binary('psql'), [url, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', ...commands]);
  return stdout.trimEnd();
}

/**
 * Makes a standby of a private PostgreSQL from a base backup, and the primary wait for it: from then on no commit is told to a client
 * before it is on both. Resolves when it is so.
 */
export async function startSynchronousStandby(primary: PrivateServer): Promise<PrivateServer> {
  await psql(primary, 'ALTER SYSTEM RESET synchronous_standby_names', 'SELECT pg_reload_conf()'); // it would be copied, and wait for itself
  const folder = await baseBackup(sourceOf(primary, 'standby'), '--write-recovery-conf', '--no-sync');
  const standby = await startServer((port) => postgresOn(folder, port));
  await psql(primary, "ALTER SYSTEM SET synchronous_standby_names = 'standby'", 'SELECT pg_reload_conf()');
  await answersWith(primary, 'SELECT sync_state FROM pg_stat_replication', 'sync');
  return standby;
}

/** Resolves when the server answers this question so. */
export async function answersWith(server: PrivateServer, question: string, answer: string): Promise<void> {
  if (await eventually(async () => (await psql(server, question)) === answer, ANSWERS_WITHIN_MS)) return;
  throw new Error(`${question} did not become ${answer}; the server's last words:\n${server.log().slice(-1_000)}`);
}

/** Makes a primary of a standby whose primary is lost permanently; it waits for no standby of its own until it gets one. */
export async function promote(standby: PrivateServer): Promise<void> {
  if ((await psql(standby, 'SELECT pg_promote()')) !== 't') throw new Error('the standby was not promoted within a minute');
}
