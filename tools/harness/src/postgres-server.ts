import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TlsFiles } from './authority';
import { findBinary, lacks, run } from './binary';
import { answers, freePort } from './ports';
import { PrivateServer } from './private-server';
import { temporaryFolder } from './temporary-folder';

const DEBIAN_VERSIONS = '/usr/lib/postgresql';

/** A protocol 3.0 startup message for the superuser, and the type of the message that lets it in. */
const HELLO = Buffer.from('\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
const LET_IN = Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1');
/** What one hears who comes without TLS: `invalid_authorization_specification`. */
const ONLY_TLS = Buffer.from('C28000');

/** `initdb`, which lies beside `postgres`; of several versions the newest. */
export function findInitdb(): string | undefined {
  const versions = existsSync(DEBIAN_VERSIONS) ? readdirSync(DEBIAN_VERSIONS) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  return findBinary('initdb', newestFirst.map((version) => join(DEBIAN_VERSIONS, version, 'bin')));
}

/** Of PostgreSQL's own commands, all of which lie beside `initdb`. */
export const postgresBinary = (name: string): string => join(dirname(findInitdb() ?? lacks('initdb')), name);

/** A private PostgreSQL whose superuser needs no password; as durable as any (fsync is on), so it may be killed. With `tls` it lets nobody else in; its data lies in a new folder in `parent`. */
export async function startPostgres(tls?: TlsFiles, parent?: string): Promise<PrivateServer> {
  const folder = postgresFolder(parent);
  // What it makes is worth nothing yet, so it need not be forced to disk.
  const cluster = ['--pgdata', join(folder, 'data'), '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  await run(postgresBinary('initdb'), cluster, { cwd: folder, ...serverUser() });
  const server = postgresOn(folder, await freePort(), tls);
  await server.start();
  return server;
}

/** A new temporary folder that belongs to the user who runs PostgreSQL here. */
export const postgresFolder = (parent?: string): string => toServerUser(temporaryFolder('postgres', parent));

/** The options of PostgreSQL's own commands that name a server to them, and them to it. */
export const sourceOf = ({ url }: PrivateServer, application: string): string[] => ['--dbname', `host=127.0.0.1 port=${new URL(url).port} user=postgres application_name=${application}`];

/** Copies a running server's data to `data` of a new folder. */
export async function baseBackup(source: readonly string[], ...more: readonly string[]): Promise<string> {
  const folder = postgresFolder();
  await run(postgresBinary('pg_basebackup'), [...source, '--pgdata', join(folder, 'data'), '--checkpoint=fast', '--wal-method=stream', ...more], { cwd: folder, ...serverUser() });
  return folder;
}

/** A server on what lies in `data` of the folder; it is not started yet. */
export function postgresOn(folder: string, port: number, tls?: TlsFiles): PrivateServer {
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  if (tls) settings.push(...demandTls(folder, tls));
  return new PrivateServer({
    name: 'PostgreSQL',
    url: `postgres://postgres@127.0.0.1:${port}/postgres${tls ? `?sslmode=verify-full&sslrootcert=${tls.ca}` : ''}`,
    command: postgresBinary('postgres'),
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
