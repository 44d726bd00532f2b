import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { cannotMount, fill } from '../small-disk';
import { eventually } from '../eventually';
import { COMMANDS, waitingIn } from '../broker-books';
import { distributed } from '../row';

async function withDatabase(url: string, use: (database: Client) => Promise<unknown>): Promise<void> {
  const database = new Client(url);
  database.on('error', () => undefined); // Its queries fail, too.
  await database.connect();
  try {
    await use(database);
  } finally {
    await database.end();
  }
}

export const databaseRows = distributed(
  {
    id: 'F15a',
    what: 'PostgreSQL shuts down at once (immediate) and starts',
    hurt: async ({ ground: { postgres }, hold }) => {
      process.kill(postgres.pid, 'SIGQUIT');
      await eventually(() => postgres.pid === 0, 10_000);
      await hold(0.2);
      await postgres.start();
    },
  },
  {
    id: 'F15b',
    what: 'PostgreSQL is killed, all its processes',
    hurt: async ({ ground: { postgres }, hold }) => {
      await postgres.kill();
      await hold(0.2);
      await postgres.start();
    },
  },
  {
    id: 'F16',
    what: 'PostgreSQL is down for long, under load',
    hurt: async ({ ground: { postgres, rabbitmq }, isLong, journal }) => {
      await postgres.stop();
      const [before, since] = [journal.count('ok'), Date.now()];
      await delay(isLong ? 120_000 : 20_000);
      const arrived = journal.count('ok') - before;
      const arrivalRate = arrived / ((Date.now() - since) / 1_000);
      await postgres.start();
      const started = Date.now();
      await eventually(async () => (await waitingIn(rabbitmq.url, COMMANDS)) === 0, 60_000, 50);
      // The workers also held messages, and the retry's pause is part of the time.
      const drainRate = arrived / ((Date.now() - started) / 1_000);
      return `arrived ${arrivalRate.toFixed(0)}/s, drained ${drainRate.toFixed(0)}/s`;
    },
  },
  {
    id: 'F17a',
    what: 'connections to PostgreSQL are terminated every 2 s',
    hurt: async ({ ground, faultMs }) => {
      const deadline = Date.now() + faultMs;
      await withDatabase(ground.postgres.url, async (database) => {
        while (Date.now() < deadline) {
          await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scoreboard'`);
          await delay(2_000);
        }
      });
    },
  },
  {
    id: 'F17b',
    what: 'the totals are locked for 8 s',
    hurt: ({ ground }) =>
      withDatabase(ground.postgres.url, async (database) => {
        await database.query('BEGIN');
        await database.query('LOCK TABLE score_total');
        await delay(8_000);
        await database.query('COMMIT');
      }),
  },
  {
    id: 'F18',
    what: "PostgreSQL's disk is full",
    diskMiB: 300,
    skip: cannotMount,
    hurt: async ({ ground, hold }) => {
      const empty = fill(ground.disk!);
      await hold();
      const fault = await withDatabase(ground.postgres.url, (database) => database.query('CREATE TABLE one_too_many AS SELECT generate_series(1, 100000)'))
        .then(() => 'none')
        .catch((error: Error) => error.message);
      empty();
      await eventually(async () => (await ground.postgres.start(), true), 30_000);
      return `a write failed with: ${fault}`;
    },
  },
);
