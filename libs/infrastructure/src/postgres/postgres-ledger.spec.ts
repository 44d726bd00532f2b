import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { scoreLedgerContract } from '@scoreboard/domain/score-ledger.contract';
import { Database } from './database';
import { PostgresLedger } from './postgres-ledger';
import { describeWith, eventually, freshDatabase, useDatabase, useEmbeddedDatabase } from '../../../../test/support';

const RESET = `TRUNCATE score_event, score_total, score_rejection`;

describeWith('TEST_DATABASE_URL', 'PostgresLedger on PostgreSQL', () => {
  const { database, options } = useDatabase();

  scoreLedgerContract(async () => {
    await database.query(RESET);
    return new PostgresLedger(database);
  });

  it('migrates once when many processes start at the same time', async () => {
    const fresh = await freshDatabase();
    const starters = Array.from({ length: 6 }, () => new Database({ url: fresh.url, poolSize: 2 }));
    await Promise.all(starters.map((starter) => starter.open()));
    const ran = await starters[0]!.query<{ name: string }>('SELECT name FROM migrations');
    expect(ran).toEqual([{ name: 'Schema1764000000000' }]);
    await Promise.all(starters.map((starter) => starter.onApplicationShutdown()));
    await fresh.drop();
  });

  it('fails queries while the server is unavailable, and works once it is back', async () => {
    const away = new Database({ url: 'postgres://postgres@127.0.0.1:1/none' });
    expect(await away.isUp()).toBe(false);
    await expect(new PostgresLedger(away).head()).rejects.toThrow(/ECONNREFUSED/);
    await away.onApplicationShutdown();
  });

  it('stores the request id of each event, and none for a command without one', async () => {
    await database.query(RESET);
    const command = (userId: string) => ({ commandId: randomUUID(), userId, scoreIncrement: 5 });
    const trace = { id: '4bf92f3577b34da6a3ce929d0e0e4736' };
    await new PostgresLedger(database).apply([{ ...command('ann'), trace }, command('bob')]);
    expect(await database.query('SELECT user_id, trace_id FROM score_event ORDER BY seq')).toEqual([
      { user_id: 'ann', trace_id: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
      { user_id: 'bob', trace_id: null },
    ]);
  });

  it('leaves nothing of a batch behind when its connection is cut', async () => {
    await database.query(RESET);
    const ledger = new PostgresLedger(database);
    const commands = [{ commandId: randomUUID(), userId: 'ann', scoreIncrement: 5 }];
    const blocker = new Client({ connectionString: options.url });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM leaderboard FOR UPDATE');
    const cut = expect(ledger.apply(commands)).rejects.toThrow('terminating connection');
    await eventually(async () => {
      const { rowCount } = await blocker.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    await cut;
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await ledger.outcomes([commands[0]!.commandId])).toEqual([]);
    expect((await ledger.apply(commands)).applied).toBe(1);
  });
});

describe('PostgresLedger on the embedded database', () => {
  const database = useEmbeddedDatabase();

  scoreLedgerContract(async () => {
    await database.query(RESET);
    return new PostgresLedger(database);
  });
});
