import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';
import { Database } from './database';

describe('EmbeddedDatabase', () => {
  it('starts on a folder whose first start was killed, and keeps its data from then on', async () => {
    const folder = temporaryFolder('data');
    mkdirSync(join(folder, 'database.new'), { recursive: true });
    writeFileSync(join(folder, 'database.new/PG_VERSION'), '18\n');
    const start = async <T>(use: (database: Database) => Promise<T>): Promise<T> => {
      const database = new Database({ folder });
      await database.open();
      return use(database).finally(() => database.onApplicationShutdown());
    };
    await start((database) => database.query('CREATE TABLE kept AS SELECT 42 AS answer'));
    expect(await start((database) => database.query('SELECT answer FROM kept'))).toEqual([{ answer: 42 }]);
    expect(await start((database) => database.query('SHOW shared_buffers'))).toEqual([{ shared_buffers: '16MB' }]);
    expect(readdirSync(folder)).toEqual(['database']);
  });

  (process.platform === 'win32' ? it.skip : it)('keeps its folder and all files in it from other users, also where they could read them before', async () => {
    const umask = process.umask();
    const folder = temporaryFolder('data');
    const open = async () => {
      const database = new Database({ folder });
      await database.query('CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer');
      return database;
    };
    const paths = () => [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))];
    const readable = () => paths().filter((path) => statSync(path).mode & 0o077);
    try {
      chmodSync(folder, 0o755);
      await (await open()).onApplicationShutdown();
      expect(readable()).toEqual([]);
      expect(paths().length).toBeGreaterThan(500); // includes the files of the database

      for (const path of paths()) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o666);
      const database = await open();
      expect(readable()).toEqual([]);
      await database.onApplicationShutdown();
    } finally {
      process.umask(umask);
    }
  });

  it('lets queries wait longer for a connection than with a server, because it may only be busy', async () => {
    const database = new Database({});
    const source = await database.open();
    const others = [source.createQueryRunner(), source.createQueryRunner()]; // the whole pool
    await Promise.all(others.map((other) => other.connect()));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const waiting = database.query('SELECT 1 AS one');
      await jest.advanceTimersByTimeAsync(9_000);
      jest.useRealTimers();
      await Promise.all(others.map((other) => other.release()));
      expect(await waiting).toEqual([{ one: 1 }]);
    } finally {
      jest.useRealTimers();
      await database.onApplicationShutdown();
    }
  });

  it('starts if the path of the temporary folder is too long for a socket', async () => {
    const { TMPDIR } = process.env;
    process.env.TMPDIR = join(temporaryFolder('tmp'), 't'.repeat(100));
    mkdirSync(process.env.TMPDIR);
    const database = new Database({});
    try {
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await database.onApplicationShutdown();
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  it('ships an initialized cluster, in the build and in the package', () => {
    const archives = [__dirname, join(projectRoot(), 'dist/libs/infrastructure/src/postgres')].map((folder) => readdirSync(folder).filter((name) => name.startsWith('new-cluster-')));
    expect(archives).toEqual([[expect.stringMatching(/^new-cluster-[\d.]+\.tar\.gz$/)], [expect.any(String)]]);
  });
});
