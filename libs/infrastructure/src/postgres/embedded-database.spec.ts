import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, temporaryFolder } from '@scoreboard/harness';
import { Database } from './database';

describe('EmbeddedDatabase', () => {
  it('starts on a folder whose first start was killed half way, and keeps what is in it from then on', async () => {
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
    expect(readdirSync(folder)).toEqual(['database']);
  }, 60_000);

  it('starts where the path of the temporary folder is too long for a socket', async () => {
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
  }, 60_000);

  it('has a new cluster at hand, as built and as installed', () => {
    const archives = [__dirname, join(projectRoot(), 'dist/libs/infrastructure/src/postgres')].map((folder) => readdirSync(folder).filter((name) => name.startsWith('new-cluster-')));
    expect(archives).toEqual([[expect.stringMatching(/^new-cluster-[\d.]+\.tar\.gz$/)], [expect.any(String)]]);
  });
});
