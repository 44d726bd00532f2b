import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@scoreboard/harness';
import { Client } from 'pg';
import { io } from 'socket.io-client';
// Beneath the folder's index: nobody else has a use for it.
import { ORDERED_RANKED } from '../../../../libs/infrastructure/src/postgres/reads-of-ordered-periods';
import { seedUsers } from '../../../driver/src/broker';
import { get } from '../../../driver/src/client';
import { say, whole } from '../../../driver/src/command-line';
import { endDay } from '../../../driver/src/end-of-day';
import { type Finding, goalTable, runBenchmark } from '../benchmark';
import { steadily } from '../clock';
import { PROBE } from '../players';
import { median, show } from '../statistics';
import { startStack, WITH_BOARDS } from './pushers';

const DESCRIPTION = `Ends a day of the board \`day\` that has many users, under load, and takes the longest pause of updates and of pushes around it, the time
until the day is closed and its order written, and what a rank in it costs PostgreSQL afterwards. Starts and stops what it needs, on free ports.`;

const UPDATES_PER_SECOND = 200;
const CALM_MS = 15_000;
const AHEAD_MS = 5_000;
const PATIENCE_MS = 1_800_000;
const RANKS = 500;

const GAP = `SELECT extract(epoch FROM max(gap)) * 1000 AS ms FROM (SELECT at - lag(at) OVER (ORDER BY seq) AS gap FROM score_event WHERE at BETWEEN to_timestamp($1) AND to_timestamp($2)) AS gaps`;
const DAY = `
  SELECT extract(epoch FROM ends_at)::float8 AS ends, extract(epoch FROM closed_at - ends_at)::float8 AS closed, extract(epoch FROM ordered_at - ends_at)::float8 AS ordered FROM board_period WHERE key = $1`;

/** The longest time between two of these moments (ms) within a span (s). */
const longestGap = (moments: readonly number[], from: number, to: number): number => {
  const within = moments.filter((at) => at >= from * 1_000 && at <= to * 1_000);
  return Math.max(...within.slice(1).map((at, i) => at - within[i]!));
};

/** What ranks of users by chance took PostgreSQL, planned each time, in ms. */
async function ranks(database: Client, key: number, users: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let i = 0; i < RANKS; i++) {
    const { rows } = await database.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${ORDERED_RANKED}`, [key, [`crowd-${Math.floor(Math.random() * users)}`]]);
    const [plan] = rows[0]['QUERY PLAN'];
    took.push(plan['Planning Time'] + plan['Execution Time']);
  }
  return took;
}

async function bench({ users }: { readonly users: number }): Promise<Finding> {
  const stack = await startStack(WITH_BOARDS);
  const database = new Client(stack.servers.postgres.url);
  await database.connect();
  const ask = async <Row>(sql: string, values: unknown[] = []) => (await database.query(sql, values)).rows[0] as Row;
  say(`${users} users score …`);
  await seedUsers(stack.servers.rabbitmq.url, users);
  await until('all have a total', PATIENCE_MS, async () => (await ask<{ users: number }>('SELECT count(*)::integer AS users FROM score_total WHERE leaderboard_id = 1')).users > users);
  const players = async () => (await get(`${stack.url}/api/boards`)).body as readonly { readonly players: number }[];
  await until('all have a place on every board', PATIENCE_MS, async () => (await players()).every((board) => board.players > users));
  await database.query('VACUUM ANALYZE'); // as autovacuum would have done over a day

  const gateway = await stack.startGateway('socket.io');
  const pushes: { readonly at: number; readonly period: string }[] = [];
  const socket = io(`${gateway.url}/ws/scores`, { transports: ['websocket'] });
  socket.on('scores:top@day', ({ period }) => pushes.push({ at: Date.now(), period }));
  await new Promise((resolve) => socket.emit('subscribe', 'scores:top@day', resolve));
  const stopUpdates = steadily(UPDATES_PER_SECOND, () => stack.post(PROBE, 1));
  await delay(2 * CALM_MS);
  const key = await endDay(stack.servers.postgres, AHEAD_MS);
  const day = () => ask<Readonly<Record<'ends' | 'closed' | 'ordered', number>>>(DAY, [key]);
  await until('the day is closed and has an order', PATIENCE_MS, async () => !!(await day()).ordered);
  await stopUpdates();

  const { ends, closed, ordered } = await day();
  const pausesIn = async (from: number, to: number) => ({ updates: Number((await ask<{ ms: string }>(GAP, [from, to])).ms), pushes: longestGap(pushes.map(({ at }) => at), from, to) });
  const [calm, around] = [await pausesIn(ends - CALM_MS / 1_000, ends - 1), await pausesIn(ends - 1, ends + ordered)];
  const first = pushes.find(({ period }) => period !== pushes[0]!.period)!.at - ends * 1_000;
  const took = await ranks(database, key, users);
  socket.close();
  await database.end();
  await gateway.stop();
  await stack.stop();
  return {
    report: [
      goalTable([
        ['longest pause of updates, ms', around.updates, 50],
        ['longest pause of pushes, ms', around.pushes, 1_000],
        ['closed after its end, s', closed, 5],
        ['a rank in it, ms of PostgreSQL', Math.max(...took), 5],
      ]),
      '',
      `- ${users.toLocaleString('en')} users in the day, week and month; ${UPDATES_PER_SECOND} updates a second of one of them, who leads.`,
      `- Pauses from a second before the end of the day until its order was written. In the ${CALM_MS / 1_000} s before, the longest were ${show(calm.updates)} ms between two applied updates and ${show(calm.pushes)} ms between two pushes.`,
      `- The board of the next day was pushed ${show(first)} ms after the end; the order was written after ${show(ordered)} s.`,
      `- A rank: the slowest of ${RANKS}, of users by chance, planned each time; their median is ${show(median(took))} ms.`,
    ],
  };
}

runBenchmark({
  script: 'bench:roll-over',
  title: 'The end of a day',
  file: 'roll-over.md',
  description: DESCRIPTION,
  options: (command) => command.option('--users <N>', 'users in the day', whole(1, 10_000_000), 1_000_000),
  measure: bench,
});
