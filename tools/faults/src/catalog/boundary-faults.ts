import { setTimeout as delay } from 'node:timers/promises';
import { psql, until } from '@scoreboard/harness';
import { endDay } from '../../../driver/src/end-of-day';
import { earlierBuild, WITH_EARLIER } from '../earlier-build';
import { type ClusterContext, distributed, killOnce, type More } from '../fault';

const AHEAD_MS = 3_000;
const BEFORE_MS = 300;
/** Of a worker that was killed nobody knows for a minute what it held. */
const CLOSED_WITHIN_MS = 120_000;

const told = (key: number) => `
  SELECT extract(epoch FROM closed_at - ends_at)::numeric(9, 1), counted.before, counted.late FROM board_period JOIN board_closing ON period = key AND players IS NOT NULL
   CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE seq <= closed_seq) AS before, count(*) FILTER (WHERE seq > closed_seq) AS late
                         FROM score_event WHERE accepted_at >= starts_at AND accepted_at < ends_at AND seq > opened_seq) AS counted
   WHERE key = ${key}`;

/** It is hurt from just before the end of a day on. The day must be closed afterwards, and unless a clock is wrong it has everything that was accepted in it. */
const boundary = (id: string, what: string, hurt: (context: ClusterContext) => Promise<unknown>, { isLateAllowed = false, ...more }: More & { readonly isLateAllowed?: boolean } = {}) =>
  distributed(id, `${what}, at the end of a day`, async (context) => {
    const { system: { postgres }, history } = context;
    const key = await endDay(postgres, AHEAD_MS);
    await delay(AHEAD_MS - BEFORE_MS);
    await hurt(context);
    let row = '';
    await until('the day is closed and told', CLOSED_WITHIN_MS, async () => (row = await psql(postgres, told(key))) !== '');
    const [after, before, late] = row.split('|');
    if (late !== '0' && !isLateAllowed) history.wrong.push(`${late} updates that were accepted before the end of a day count in the next one`);
    return `closed ${after} s after its end, with ${before} updates, ${late} later`;
  }, more);

/** Until the day is closed: what comes from it then, as accepted in that day, counts in the next. */
const withClock = (minutes: number) => async ({ system: { apis: [api] }, hold }: ClusterContext) => {
  await api!.restart({ FAULT_POINT: 'clock', FAULT_DELAY_MS: `${minutes * 60_000}` });
  await hold(4);
  await api!.restart();
};

export const boundaryFaults = [
  boundary('B1', 'a worker is killed', (context) => killOnce(context, context.system.workers[0]!, 0.4)),
  boundary('B2', 'the broker is away', (context) => killOnce(context, context.system.rabbitmq, 0.8), { isBrokerFault: true }),
  boundary('B3a', 'the clock of one api is five minutes behind', withClock(-5), { isLateAllowed: true }),
  boundary('B3b', 'the clock of one api is five minutes ahead', withClock(5)),
  boundary('B4', 'two workers of different builds', async ({ system: { workers: [worker] }, earlier, hold }) => {
    await worker!.restart({}, await earlierBuild(earlier));
    await hold();
    await worker!.restart();
  }, WITH_EARLIER),
  boundary('B5', 'Redis is killed and comes back empty', (context) => killOnce(context, context.system.redis, 0.4)),
];
