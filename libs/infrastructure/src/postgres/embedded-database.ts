import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { keepPrivate } from '@scoreboard/infrastructure/config';
import { freePort } from './free-port';
import { lockFolder } from './folder-lock';

/** The address of an embedded database. */
export interface EmbeddedAddress {
  readonly socketFolder?: string;
  readonly port: number;
}

/** Where an embedded database is kept. */
export interface EmbeddedDatabaseOptions {
  /** The data folder. Default: in memory, lost when the process ends. */
  readonly folder?: string;
}

// V8 compiles a function of the database again, optimized, once it has run for a while. With a budget this large, only functions that are busy under
// load are: a start takes 30 % less CPU and memory at rest is 60 MB lower, while updates are as fast.
setFlagsFromString('--wasm-tiering-budget=2000000000');

/**
 * PostgreSQL without a server: PGlite in a worker thread, behind a socket that only this system user can open.
 *
 * It has a single session: no session locks, no named statements, short transactions one at a time. Committed data
 * survives a `kill -9` of the process. The data folder is private and locked: two processes on one folder would lose rows silently.
 */
export class EmbeddedDatabase {
  private constructor(
    private readonly worker: Worker,
    readonly address: EmbeddedAddress,
    private readonly release: () => void,
  ) {}

  /** Starts in about one second, or 1.5 seconds with a new folder. Throws if another process uses the folder, or if other users can read it. */
  static async start({ folder }: EmbeddedDatabaseOptions = {}): Promise<EmbeddedDatabase> {
    if (folder !== undefined) keepPrivate(folder);
    const unlock = folder === undefined ? () => undefined : lockFolder(folder);
    try {
      const data = folder && join(folder, 'database');
      const socket = await makeSocket();
      const worker = new Worker(join(__dirname, 'pglite.worker.cjs'), { workerData: { folder: data, listen: socket.listen } });
      await new Promise<void>((resolve, reject) => worker.once('message', () => resolve()).once('error', reject));
      if (folder !== undefined) keepPrivate(folder); // again, because PGlite creates files with mode 666 and ignores the umask
      const release = () => (socket.remove(), unlock());
      return new EmbeddedDatabase(worker, socket.address, release);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.worker.once('message', () => resolve()).once('exit', () => resolve()));
    this.worker.postMessage('close');
    await closed;
    await this.worker.terminate();
    this.release();
  }
}

const SOCKET = '.s.PGSQL.5432';

/** A Unix socket in a private folder keeps other users out. Windows: a port on the loopback address. */
async function makeSocket() {
  if (process.platform === 'win32') {
    const port = await freePort();
    return { listen: { host: '127.0.0.1', port }, address: { port }, remove: () => undefined };
  }
  // The path of a Unix socket has at most 103 bytes.
  const parent = Buffer.byteLength(join(tmpdir(), 'scoreboard-xxxxxx', SOCKET)) <= 103 ? tmpdir() : '/tmp';
  const socketFolder = mkdtempSync(join(parent, 'scoreboard-'));
  chmodSync(socketFolder, 0o700);
  return {
    listen: { path: join(socketFolder, SOCKET) },
    address: { socketFolder, port: 5432 },
    remove: () => rmSync(socketFolder, { recursive: true, force: true }),
  };
}
