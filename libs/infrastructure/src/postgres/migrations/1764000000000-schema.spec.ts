import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../database';
import { describeWith, freshDatabase, useDatabase } from '../../../../../test/support';

describeWith('TEST_DATABASE_URL', 'The migration Schema', () => {
  const { database } = useDatabase();

  it('lets nobody but the owner call a function, which acts as the owner and looks names up in this schema alone', async () => {
    const functions = await database.query(
      `SELECT proname AS name, prosecdef AS definer, EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner) AS open,
              'search_path=public, pg_temp' = ANY (proconfig) AS fixed
         FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname`,
    );
    const names = ['apply_commands', 'apply_scores', 'claim_guest', 'close_period', 'drop_totals', 'fill_period', 'follow_claims', 'hide_user', 'hold_player', 'move_in_order', 'move_points', 'newest_uncounted', 'open_period', 'raise_flags', 'release_player', 'rename_user', 'reverse_commands', 'reverse_scores', 'set_hidden', 'settle_flag', 'standings_of', 'standings_on_all_boards', 'tell_closing', 'write_flag_event', 'write_order'];
    expect(functions).toEqual(names.map((name) => ({ name, definer: true, open: false, fixed: true })));
  });

  it('is indexed: sql/README.md names every function of the schema, with the one file that holds the body in force', async () => {
    const folder = join(__dirname, '../sql');
    const files = readdirSync(folder).filter((file) => file.endsWith('.sql')).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
    const functions = await database.query<{ name: string; body: string }>(
      `SELECT proname AS name, prosrc AS body FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    );
    const inForce = functions.flatMap(({ name, body }) => files.filter(({ text }) => text.includes(`$$${body}$$`)).map(({ file }) => `${name} ${file}`));
    const index = readFileSync(join(folder, 'README.md'), 'utf8');
    const indexed = [...index.matchAll(/^\| `(\w+)` \| \[([\w-]+\.sql)\]\(\2\) \|/gm)].map(([, name, file]) => `${name} ${file}`);
    expect(indexed.sort()).toEqual(inForce.sort());
    expect(new Set(indexed.map((line) => line.split(' ')[0])).size).toBe(functions.length);
  });

  it('refuses a database of an unreleased version, and leaves it as it is', async () => {
    const fresh = await freshDatabase();
    const unreleased = new Database({ url: fresh.url, poolSize: 2, schema: 'leave' });
    await unreleased.query('CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)');
    await unreleased.query(`INSERT INTO migrations (timestamp, name) VALUES (1764000000000, 'Ledger1764000000000')`);
    await expect(unreleased.pendingMigrations()).rejects.toThrow(/^the database was made by an unreleased version/);
    await expect(unreleased.migrate()).rejects.toThrow(/^the database was made by an unreleased version and cannot be upgraded: /);
    expect(await unreleased.query('SELECT name FROM migrations')).toEqual([{ name: 'Ledger1764000000000' }]);
    expect(await unreleased.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual([{ tablename: 'migrations' }]);
    await unreleased.onApplicationShutdown();
    await fresh.drop();
  });
});
